import { count } from '@holdfast/core/base/amounts'
import type { OutEvent, Output } from '../term/output.ts'
import {
  ago,
  connectedText,
  fewerCopiesLines,
  names,
  number,
  peerText,
  records,
  size,
  text,
  type Show
} from './show.ts'
import { folderLine, notInStepLines } from './show-folder.ts'
import { whyWaits } from './show-waits.ts'

/** The recovery words, once. */
export async function account(event: OutEvent, output: Output): Promise<void> {
  output.say(`Made a vault in ${text(event, 'home')}.\n`)
  output.say(
    'These 24 words are the only way back when every device is lost. Write them\ndown: they are shown now and never again. Whoever has them can read everything.\n'
  )
  const words = names(event, 'words').map((word, i) => `${String(i + 1).padStart(2)} ${word.padEnd(9)}`)
  for (let i = 0; i < words.length; i += 6)
    await output.line(
      words
        .slice(i, i + 6)
        .join(' ')
        .trimEnd()
    )
  const kit = text(event, 'kit')
  if (kit !== '') output.say(`\nThey are in ${kit} too, for you alone to read: bring it to a safe place.`)
  output.say('\nNext: holdfast add FILE, and holdfast pair for a second device.')
}

export const status: Show = {
  async event(event, output) {
    if (event.type === 'status') await statusText(event, output)
    else if (event.type === 'copies') {
      const copies = names(event, 'copies')
      await output.line(`${String(copies.length).padStart(2)}  ${text(event, 'path')}  ${copies.join(', ')}`)
    }
  }
}

async function statusText(event: OutEvent, output: Output): Promise<void> {
  const state = text(event, 'state')
  const title = output.paint(STYLES.get(state) ?? 'bold', state.charAt(0).toUpperCase() + state.slice(1))
  const action = text(event, 'action')
  await output.line(`${title}: ${text(event, 'message')}`)
  if (action !== '') await output.line(`  ${action}`)
  await output.line('')
  await filesText(event, output)
  for (const folder of records(event, 'folders'))
    for (const line of [folderLine(folder), ...notInStepLines(folder)]) await output.line(line)
  const vaults = records(event, 'vaults')
  if (vaults.length > 1) await vaultsText(vaults, output)
  for (const line of fewerCopiesLines(event)) await output.line(output.paint('yellow', line))
  for (const one of records(event, 'outgoing')) await output.line(output.paint('yellow', outgoingText(one)))
  for (const peer of records(event, 'peers')) if (isOfInterest(peer)) await output.line(peerLine(peer))
  for (const problem of records(event, 'problems')) {
    const whom = text(problem, 'path') || text(problem, 'peer')
    const said = `${whom === '' ? '' : `${whom}: `}${text(problem, 'message')} (${text(problem, 'code')})`
    await output.line(output.paint('red', said))
    if (text(problem, 'remedy') !== action) await output.line(`  ${text(problem, 'remedy')}`)
  }
}

function outgoingText(one: OutEvent): string {
  const code = text(one, 'code')
  const why = code === '' ? '' : ` (${whyWaits(code)})`
  return `still here, to be sent: ${count(number(one, 'envelopes'), 'envelope')} for ${text(one, 'name')}${why}`
}

/** Amber for what has one copy only, red for what nobody has who can be reached. */
async function filesText(event: OutEvent, output: Output): Promise<void> {
  await output.line(`${count(number(event, 'files'), 'file')}, ${size(event)}${copiesText(event)}`)
  await someText('only here', 'yellow', record(event, 'onlyHere'), output)
  await someText('nowhere reachable', 'red', record(event, 'unreachable'), output)
  const missing = number(event, 'missingBlobs')
  if (missing > 0) await output.line(`still to come: ${count(missing, 'piece')}`)
  const conflicts = number(event, 'conflicts')
  if (conflicts > 0) await output.line(output.paint('yellow', `${count(conflicts, 'conflict')}`))
}

async function someText(
  said: string,
  style: 'yellow' | 'red',
  some: OutEvent | undefined,
  output: Output
): Promise<void> {
  const files = some === undefined ? 0 : number(some, 'files')
  if (some === undefined || files === 0) return
  const paths = names(some, 'paths').slice(0, PATHS_SHOWN)
  await output.line(output.paint(style, `${said}: ${count(files, 'file')}`))
  for (const path of paths) await output.line(`  ${path}`)
  if (files > paths.length) await output.line(`  and ${files - paths.length} more`)
}

const PATHS_SHOWN = 5

/** Where each vault is kept, and by how many people: conversations in one line each, the first few. */
async function vaultsText(vaults: readonly OutEvent[], output: Output): Promise<void> {
  const isTalk = (vault: OutEvent): boolean => vault['kind'] === 'conversation'
  const talks = vaults.filter(isTalk)
  for (const vault of [...vaults.filter((one) => !isTalk(one)), ...talks.slice(0, TALKS_SHOWN)])
    await output.line(vaultText(vault, output))
  for (const vault of vaults)
    if (vault['refused'] === true) {
      const said = `You no longer have access to ${text(vault, 'path')}; what came before stays.`
      await output.line(output.paint('yellow', said))
    }
  if (talks.length > TALKS_SHOWN) await output.line(`and ${talks.length - TALKS_SHOWN} more conversations`)
}

const TALKS_SHOWN = 5

function vaultText(vault: OutEvent, output: Output): string {
  const members = number(vault, 'members')
  const relays = records(vault, 'relays').map((relay) => peerText(relay))
  const couldDie = record(vault, 'couldDie')
  const alone = couldDie === undefined ? 0 : number(couldDie, 'files')
  const parts = [
    count(number(vault, 'files'), vault['kind'] === 'conversation' ? 'message' : 'file'),
    ...(members > 1 ? [count(members, 'member')] : []),
    relays.length === 0 ? 'no relay' : `on ${relays.join(', ')}`,
    ...(vault['refused'] === true ? [output.paint('yellow', 'no access any more')] : []),
    ...(alone > 0 ? [output.paint('yellow', `${alone} in one place`)] : [])
  ]
  return `${text(vault, 'state').padEnd(20)}  ${text(vault, 'path')}  ${parts.join(', ')}`
}

/** Devices of others are many: those that are connected are told. */
function isOfInterest(peer: OutEvent): boolean {
  return text(peer, 'person') === '' || peer['connected'] === true
}

const STYLES = new Map<string, 'green' | 'yellow' | 'red'>([
  ['up to date', 'green'],
  ['waiting for a device', 'yellow'],
  ['needs you', 'red']
])

function copiesText(event: OutEvent): string {
  const copies = record(event, 'copies')
  if (copies === undefined) return ''
  const parts = [
    [number(copies, 'more'), 'in several places'],
    [number(copies, 'one'), 'in one place'],
    [number(copies, 'none'), 'nowhere reachable']
  ] as const
  const said = parts.filter(([files]) => files > 0).map(([files, where]) => `${files} ${where}`)
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}

function peerLine(peer: OutEvent): string {
  const now =
    peer['connected'] === true
      ? connectedText(peer)
      : `not connected${text(peer, 'error') === '' ? '' : ` (${text(peer, 'error')})`}`
  const person = text(peer, 'person')
  const name = person === '' ? peerText(peer) : `${person}: ${peerText(peer)}`
  return `${text(peer, 'role').padEnd(6)}  ${name}  ${now}, last exchange ${ago(peer, 'lastExchange')}${roomText(peer)}`
}

function roomText(peer: OutEvent): string {
  const room = record(peer, 'room')
  if (room === undefined) return ''
  const used = `, ${size(room, 'usedBytes')} used there`
  return typeof room['quotaBytes'] === 'number' ? `${used} of ${size(room, 'quotaBytes')}` : `${used}, no bound`
}

function record(event: OutEvent, field: string): OutEvent | undefined {
  const value = event[field]
  return typeof value === 'object' && value !== null ? (value as OutEvent) : undefined
}

export const verify: Show = {
  progress: (event) => ({
    done: number(event, 'blobs'),
    text: `Checked ${count(number(event, 'blobs'), 'piece')}, ${size(event)}`
  }),
  event(event, output) {
    if (event.type === 'lost')
      output.warn(
        `Damaged: ${count(number(event, 'entries'), 'entry', 'entries')} of vault ${text(event, 'vault').slice(0, 8)}; asked for again.`
      )
    if (event.type === 'damaged' && text(event, 'vault') === '') {
      const paths = names(event, 'paths')
      output.warn(`Damaged: ${paths.length > 0 ? paths.join(', ') : text(event, 'blob') || text(event, 'entry')}`)
    }
    if (event.type === 'audit') auditText(event, output)
    if (event.type !== 'done') return
    const damaged = number(event, 'damaged') + number(event, 'damagedEntries')
    const [repaired, repairedEntries] = [number(event, 'repaired'), number(event, 'repairedEntries')]
    output.say(
      `Checked ${count(number(event, 'entries'), 'entry', 'entries')} and ${count(number(event, 'blobs'), 'piece')} (${size(event)}).`
    )
    if (repairedEntries > 0) output.say(`${count(repairedEntries, 'entry', 'entries')} fetched again.`)
    if (repaired > 0) output.say(`${count(repaired, 'piece')} damaged and fetched again.`)
    output.say(
      damaged === 0 ? 'All is as it should be.' : `${damaged} damaged, and no peer that could be reached has them.`
    )
  }
}

function auditText(event: OutEvent, output: Output): void {
  const [asked, lacking, withheld] = [number(event, 'asked'), number(event, 'lacking'), number(event, 'withheld')]
  const relay = text(event, 'relay')
  if (lacking + withheld === 0) output.say(`${relay} gave all ${count(asked, 'piece')} it was asked for.`)
  if (lacking > 0) output.warn(`${relay} has lost ${lacking} of ${count(asked, 'piece')} it was asked for.`)
  if (withheld > 0)
    output.warn(`${relay} says that it has ${withheld} of ${count(asked, 'piece')}, and did not give them.`)
}
