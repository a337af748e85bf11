import { signal } from '@preact/signals'
import { announce } from '../../app/announce.ts'
import { stayAwake } from '../../app/awake.ts'
import { canSend, vault } from '../../app/vault.ts'
import type { AddResult, NewFile } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import type { LeftOut } from './adding.ts'
import { holdPage, takeCutShort } from './cut-short.ts'
import { toast } from '../../ui/toast.tsx'

/** Files being put in: they go on whatever screen is looked at. */
export interface Adding {
  readonly files: number
  readonly bytes: number
  readonly doneFiles: number
  readonly doneBytes: number
  stop(): void
}

export interface AddProblem {
  readonly error?: unknown
  readonly failed: AddResult['failed']
  /** What was dropped and not even tried. */
  readonly left?: LeftOut
  /** So many were being added when the page ended. */
  readonly cutShort?: number
}

export const adding = signal<Adding | undefined>(undefined)
/** What could not be added, each until it was read: another adding takes none of it away. */
export const addProblems = signal<readonly AddProblem[]>([])

export function tellProblem(problem: AddProblem): void {
  addProblems.value = [...addProblems.value, problem]
}

export function dismissProblem(problem: AddProblem): void {
  addProblems.value = addProblems.value.filter((one) => one !== problem)
}

let isTold = false

/** At the first look into an opened vault: what was being added when the page ended, which nobody may have seen. */
export function tellCutShort(): void {
  if (isTold) return
  isTold = true
  const cutShort = takeCutShort()
  if (cutShort > 0) tellProblem({ failed: [], cutShort })
}

let turn: Promise<void> = Promise.resolve()

/** Puts files in, after those that are being put in. Never rejects: what failed is told. */
export function addFiles(files: readonly NewFile[]): Promise<void> {
  turn = turn.then(() => addNow(files))
  return turn
}

async function addNow(files: readonly NewFile[]): Promise<void> {
  const ended = new AbortController()
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0)
  const show = (doneFiles: number, doneBytes: number): void => {
    adding.value = { files: files.length, bytes, doneFiles, doneBytes, stop: () => ended.abort() }
  }
  show(0, 0)
  announce(t('files.adding', { count: files.length }))
  const sleep = stayAwake()
  const letGo = holdPage(files.length)
  try {
    const onProgress = (done: { readonly files: number; readonly bytes: number }): void => show(done.files, done.bytes)
    const { files: added, failed } = await vault().add(files, { onProgress, signal: ended.signal })
    if (failed.length > 0) tellProblem({ failed })
    if (added > 0) toast({ text: t(canSend() ? 'files.added' : 'files.added.here', { count: added }) })
  } catch (error) {
    if (ended.signal.aborted) toast({ text: t('files.add.stopped') })
    else tellProblem({ error, failed: [] })
  } finally {
    sleep()
    letGo()
    adding.value = undefined
  }
}
