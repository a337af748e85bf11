import { effect, signal } from '@preact/signals'
import { recall, remember as store } from '../../app/remembered.ts'
import { appState } from '../../app/vault.ts'
import type { FileEntry } from './file-entry.ts'
import { BY_NAME, type Order, type SortKey } from './order.ts'

/** What outlives one look at a folder: how lists are shown, where one was in each, and what was there. */

export type View = 'list' | 'grid'

const KEYS: readonly SortKey[] = ['name', 'date', 'size', 'kind']

export const view = signal<View>(recall('holdfast.files.view') === 'grid' ? 'grid' : 'list')
export const order = signal<Order>(storedOrder())

effect(() => store('holdfast.files.view', view.value))
effect(() => store('holdfast.files.order', `${order.value.by}${order.value.isReversed ? ' reversed' : ''}`))

interface Seen {
  readonly entries: readonly FileEntry[]
  readonly scrollTop: number
  readonly active: string | undefined
}

const seen = new Map<string, Seen>()

// A list of names is content: nothing of it stays when the vault is locked.
effect(() => {
  if (appState.value.phase !== 'open') seen.clear()
})

export function remember(path: string, what: Seen): void {
  seen.delete(path)
  seen.set(path, what)
  if (seen.size > MOST_SEEN) seen.delete(seen.keys().next().value!)
}

export function remembered(path: string): Seen | undefined {
  return seen.get(path)
}

const MOST_SEEN = 16

function storedOrder(): Order {
  const [by, reversed] = (recall('holdfast.files.order') ?? '').split(' ')
  const key = KEYS.find((known) => known === by)
  return key === undefined ? BY_NAME : { by: key, isReversed: reversed === 'reversed' }
}
