import { explain, HoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import { Arguments } from '@holdfast/core/operations/arguments'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import { pathText } from '@holdfast/core/operations/failures'
import type { OperationEvent, OperationIo } from '@holdfast/core/operations/operation'
import { foldersOf } from '../folder/folders.ts'
import type { KeptFolder } from '../folder/kept-folder.ts'
import { reasonsOf } from '../folder/not-in-step.ts'
import type { StepProgress } from '../folder/vault-steps.ts'
import { diskPath } from './disk-arguments.ts'

export interface FolderArgs {
  /** Of this machine. */
  readonly path: string
  /** The folder of the vault; its root without one. */
  readonly to: readonly string[]
}

export function parseFolder(value: unknown): FolderArgs {
  const args = new Arguments(value)
  return { path: diskPath(args, 'path'), to: args.has('to') ? args.path('to') : [] }
}

/** Keeps a folder in step from now on, and brings it into step once. */
export async function addFolder(engine: OpEngine, { path, to }: FolderArgs, io: OperationIo): Promise<void> {
  const folder = await (await foldersOf(engine)).add(path, to)
  await folder.pass({ signal: io.signal, onProgress: tellProgress(io) })
  await tellFailures(folder, io)
  await io.emit({ ...(await folderEvent(folder)), type: 'done' })
}

export async function listFolders(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const folders = (await foldersOf(engine)).list()
  for (const folder of folders) await io.emit(await folderEvent(folder))
  await io.emit({ type: 'done', folders: folders.length })
}

export async function removeFolder(engine: OpEngine, { path }: FolderArgs, io: OperationIo): Promise<void> {
  const folder = await (await foldersOf(engine)).remove(path)
  await io.emit({ type: 'done', path: folder.record.path })
}

export function tellProgress(io: Pick<OperationIo, 'progress'>): (progress: StepProgress) => void {
  return (progress) => io.progress({ type: 'progress', ...progress })
}

/** How a folder stands, as every command tells it. */
export async function folderEvent(folder: KeptFolder): Promise<OperationEvent> {
  folder.look()
  const { code, report } = folder.state
  const to = folder.vaultPath()
  const wrong = code === undefined ? {} : { code, message: explain(code).cause, remedy: explain(code).remedy }
  return {
    type: 'folder',
    path: folder.record.path,
    to: to === undefined ? null : pathText(to),
    state: stateOf(folder),
    ...wrong,
    ...(report?.deletions === undefined ? {} : { deletions: report.deletions.deleted }),
    ...(report?.deletedBy === undefined || report.deletedBy.size === 0 ? {} : { deletedBy: folder.deletedBy() }),
    files: (await folder.counts()).files,
    waiting: report?.waiting ?? 0,
    failed: report?.failed.size ?? 0,
    ...(report === undefined || report.failed.size === 0 ? {} : { notInStep: whyNot(report.failed) }),
    renamed: folder.renamed().length,
    ...(folder.progress === undefined ? {} : { pass: progressFields(folder.progress) })
  }
}

function whyNot(failed: ReadonlyMap<string, ErrorCode>): object[] {
  return reasonsOf(failed).map(({ code, paths }) => {
    const { cause, remedy } = explain(code)
    return { code, message: cause, remedy, files: paths.length, paths: paths.slice(0, NAMED) }
  })
}

/** Of what is not in step for one reason, so many are named. */
const NAMED = 3

function progressFields({ step, files, bytes }: StepProgress): object {
  return { step, files, bytes }
}

/** What could not be kept in step, one by one. */
export async function tellFailures(folder: KeptFolder, io: OperationIo): Promise<void> {
  for (const [path, code] of folder.state.report?.failed ?? []) {
    const { cause, remedy } = explain(code)
    await io.emit({ type: 'failed', path: `${folder.record.path}/${path}`, code, message: cause, remedy })
  }
}

/** Throws NEEDS_YOU where a folder waits for a person, PARTLY_DONE where something could not be kept in step. */
export function assertInStep(folders: readonly KeptFolder[]): void {
  const codes = folders.flatMap(({ state }) => state.code ?? [])
  if (codes.length > 0) throw new HoldfastError(codes.length === 1 ? codes[0]! : 'NEEDS_YOU')
  if (folders.some(({ state }) => (state.report?.failed.size ?? 0) > 0)) throw new HoldfastError('PARTLY_DONE')
}

/** What cannot be kept in step waits for somebody, but keeps nothing else from it: the folder itself does not stand still. */
function stateOf({ state: { code, report }, progress }: KeptFolder): string {
  if (code !== undefined) return 'needs you'
  if (report === undefined) return progress === undefined ? 'off' : 'syncing'
  if (report.waiting > 0) return 'waiting for a device'
  return report.failed.size > 0 ? 'not in step' : 'up to date'
}
