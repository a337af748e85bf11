import { realpath } from 'node:fs/promises'
import { HoldfastError } from '@holdfast/core/base/errors'
import { addAcross } from '@holdfast/core/operations/add-across'
import { Arguments } from '@holdfast/core/operations/arguments'
import { ownName, walkDisk, type SourceReport, type SourceRoot } from './disk-source.ts'
import type { AddItem, OpEngine } from '@holdfast/core/operations/engine-part'
import { Failures, pathText } from '@holdfast/core/operations/failures'
import { shareOfEach, tellWhatDoesNotFit, type Wanted } from '@holdfast/core/operations/fits'
import { contentOf } from '@holdfast/core/operations/look'
import { isOwnVault } from '@holdfast/core/engine/sharing/sharing'
import { look } from '@holdfast/core/operations/places'
import type { FileContent } from '@holdfast/core/index/records'
import { sizesBelow } from './disk-sizes.ts'
import { diskPaths } from './disk-arguments.ts'
import { ifFolder } from './if-folder.ts'
import { diskPlaceOf } from '../home/disk-place.ts'
import type { OperationIo } from '@holdfast/core/operations/operation'

export interface AddArgs {
  /** Absolute paths of this machine; empty for standard input. */
  readonly paths: readonly string[]
  /** Where to; undefined is the root, with a single folder under its own name. For standard input the file itself. */
  readonly to: readonly string[] | undefined
}

export function parseAdd(value: unknown): AddArgs {
  const args = new Arguments(value)
  const to = args.has('to') ? args.path('to') : undefined
  if (args.flag('stdin')) {
    if (to === undefined || to.length === 0) throw new HoldfastError('USAGE', 'give standard input a name with --to')
    return { paths: [], to }
  }
  return { paths: diskPaths(args, 'paths'), to }
}

/** Puts files and folders in, streaming. Unreadable ones are said one by one, the others are added all the same. */
export async function add(engine: OpEngine, args: AddArgs, io: OperationIo): Promise<void> {
  if (args.paths.length > 0) await tellWhatDoesNotFit(engine, () => newOnDisk(engine, args), io, shareOfEach(engine))
  const failures = new Failures(io)
  const source = sourceOf(engine, args, failures, io)
  const { to } = source
  const into = new Into(to)
  const items = into.note(source.items)
  const report = await addAcross(engine, items, to, {
    signal: io.signal,
    onProgress: ({ files, bytes, blobs, path }) =>
      io.progress({ type: 'progress', files, bytes, blobs, path: pathText([...to, ...path]) })
  })
  for (const { path, code } of report.failed) failures.add([...to, ...path], code)
  await failures.told()
  const { files, bytes, blobs, unchanged } = report
  await io.emit({
    type: 'done',
    files,
    bytes,
    blobs,
    unchanged,
    ...into.told(),
    failed: failures.count,
    online: engine.isOnline
  })
  // One failure for each path named: then there was nothing at all to add.
  failures.throwIfAny(failures.count === args.paths.length && failures.areAll('NOT_FOUND'))
}

function sourceOf(
  engine: OpEngine,
  { paths, to }: AddArgs,
  failures: Failures,
  io: OperationIo
): { items: AsyncIterable<AddItem>; to: readonly string[] } {
  if (paths.length === 0) return { items: standardInput(to!.at(-1)!, io), to: to!.slice(0, -1) }
  const report: SourceReport = {
    failed: (path, code) => failures.add([...(to ?? []), ...path], code),
    linkOutside: (path, target) =>
      failures.note({ type: 'link-outside', path: pathText([...(to ?? []), ...path]), target }),
    leftOut: (path, reason) => failures.note({ type: 'left-out', path: pathText([...(to ?? []), ...path]), reason })
  }
  return { items: disk(engine, paths, to, report), to: to ?? [] }
}

/** With `to`, the contents of one folder become contents of that folder; all else goes in under its own name. */
async function* disk(
  engine: OpEngine,
  paths: readonly string[],
  to: readonly string[] | undefined,
  report: SourceReport
): AsyncGenerator<AddItem> {
  const { sealPool, folder } = diskPlaceOf(engine.home)
  yield* walkDisk(await rootsOf(paths, to), report, { sealer: sealPool, leaveOut: folder })
}

async function rootsOf(paths: readonly string[], to: readonly string[] | undefined): Promise<SourceRoot[]> {
  const only = paths.length === 1 && to !== undefined && (await ifFolder(paths[0]!))
  return only ? [{ path: await realpath(paths[0]!), at: [] }] : paths.map((path) => ({ path, at: [ownName(path)] }))
}

/** What is not in the vault already as it is on the disk, as far as size and time tell. */
async function newOnDisk(engine: OpEngine, { paths, to }: AddArgs): Promise<Wanted[]> {
  if (!isPaidHere(engine, to ?? [])) return []
  const fresh: Wanted[] = []
  for await (const { path, at, bytes, mtimeMs } of sizesBelow(await rootsOf(paths, to))) {
    const content = contentAt(engine, [...(to ?? []), ...at])
    if (content?.size !== bytes || content.mtimeMs !== mtimeMs) fresh.push({ path, bytes })
  }
  return fresh
}

/** What goes into somebody else's vault takes up their room. */
function isPaidHere(engine: OpEngine, to: readonly string[]): boolean {
  try {
    return isOwnVault(engine, engine.place(to).vault)
  } catch {
    return true // where it goes is made, or said, when it is added
  }
}

function contentAt(engine: OpEngine, path: readonly string[]): FileContent | undefined {
  try {
    const found = look(engine, path)
    return found === undefined ? undefined : contentOf(found.node)
  } catch {
    return undefined // nowhere to put it: said when it is added
  }
}

async function* standardInput(name: string, io: OperationIo): AsyncGenerator<AddItem> {
  const content = { bytes: () => io.input() }
  yield { kind: 'file', path: [name], mtimeMs: Date.now(), executable: false, content }
}

/** Where it went: people who name a file after `--to` see that it has become a folder. */
class Into {
  private readonly to: readonly string[]
  private readonly first: string[] = []
  private more = 0

  constructor(to: readonly string[]) {
    this.to = to
  }

  async *note(items: AsyncIterable<AddItem>): AsyncGenerator<AddItem> {
    for await (const item of items) {
      if (item.kind !== 'folder' && this.first.length < PATHS_TOLD)
        this.first.push(pathText([...this.to, ...item.path]))
      else if (item.kind !== 'folder') this.more += 1
      yield item
    }
  }

  told(): { to: string; paths: string[]; more: number } {
    return { to: pathText(this.to), paths: this.first, more: this.more }
  }
}

/** The first few: what was added may be a million files. */
const PATHS_TOLD = 3
