import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { Arguments } from '@holdfast/core/operations/arguments'
import { diskPlaceOf } from '../home/disk-place.ts'
import { diskPath } from './disk-arguments.ts'
import { DiskNames } from './disk-names.ts'
import { DiskTarget } from './disk-target.ts'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import { Failures, pathText } from '@holdfast/core/operations/failures'
import { contentOf } from '@holdfast/core/operations/look'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { everythingAt, lookUp } from '@holdfast/core/operations/places'
import type { Found } from '@holdfast/core/operations/places'
import { reachFor } from '@holdfast/core/operations/reach'

export interface GetArgs {
  readonly paths: readonly (readonly string[])[]
  /** Absolute folder of this machine. */
  readonly out: string
  /** The contents of a single folder become contents of `out`, as `add --to` does it. */
  readonly contents: boolean
  /** Nothing that stands there is replaced. */
  readonly keep?: boolean
}

export function parseGet(value: unknown): GetArgs {
  const args = new Arguments(value)
  return {
    paths: args.paths('paths'),
    out: diskPath(args, 'out'),
    contents: args.flag('contents'),
    keep: args.flag('keep')
  }
}

/** Files written at once: enough to keep disk and processor busy while one waits for a peer. */
const AT_ONCE = 4

/** Writes files and folders of the vault to this machine's disk. */
export async function get(engine: OpEngine, args: GetArgs, io: OperationIo): Promise<void> {
  const jobs = [...wanted(engine, args)]
  await reachFor(engine, jobs)
  const target = await DiskTarget.open(args.out, diskPlaceOf(engine.home).folder, args.keep)
  const run = new GetRun(io, target, totalsOf(jobs))
  await inParallel(jobs, AT_ONCE, (job) => run.write(job))
  await run.finish()
}

interface Job extends Found {
  /** Where it goes below the target. */
  readonly to: readonly string[]
}

function* wanted(engine: OpEngine, { paths, contents }: GetArgs): Iterable<Job> {
  const names = new DiskNames(engine)
  for (const path of paths) {
    const isFolder = (lookUp(engine, path)?.node.kind ?? 'folder') === 'folder'
    const cut = isFolder && contents && paths.length === 1 ? path.length : Math.max(0, path.length - 1)
    for (const found of everythingAt(engine, path)) {
      if (found.path.length > cut) yield { ...found, to: names.of(found, cut) }
    }
  }
}

function totalsOf(jobs: readonly Job[]): { files: number; bytes: number } {
  const contents = jobs.flatMap(({ node }) => contentOf(node) ?? [])
  return { files: contents.length, bytes: contents.reduce((sum, { size }) => sum + size, 0) }
}

class GetRun {
  private readonly io: OperationIo
  private readonly target: DiskTarget
  private readonly total: { files: number; bytes: number }
  private readonly failures: Failures
  private files = 0
  private bytes = 0
  private unchanged = 0

  constructor(io: OperationIo, target: DiskTarget, total: { files: number; bytes: number }) {
    this.io = io
    this.target = target
    this.total = total
    this.failures = new Failures(io)
  }

  async write(job: Job): Promise<void> {
    this.io.signal.throwIfAborted()
    try {
      if (job.node.name !== job.node.wanted && job.node.conflictOf === undefined) this.noteRenamed(job)
      if (job.node.kind === 'folder') await this.target.folder(job.to, job.node.content?.mtimeMs)
      else if (job.node.kind === 'link') await this.writeLink(job)
      else await this.writeFile(job)
    } catch (error) {
      this.io.signal.throwIfAborted()
      if (!isHoldfastError(error) || FATAL.has(error.code)) throw error
      this.failures.add(job.path, error.code, error)
    }
  }

  async finish(): Promise<void> {
    await this.target.finish()
    await this.failures.told()
    if (this.files + this.unchanged === 0) this.failures.throwIfAny(true)
    const { files, bytes, unchanged, failures } = this
    await this.io.emit({ type: 'done', files, bytes, unchanged, failed: failures.count, out: this.target.placeOf([]) })
    failures.throwIfAny()
  }

  private async writeFile(job: Job): Promise<void> {
    const { node, path, to } = job
    const content = contentOf(node)
    if (content === undefined) throw new HoldfastError('NOT_HERE')
    const executable = node.kind === 'executable'
    if (await this.target.has(to, { sizeBytes: content.size, mtimeMs: content.mtimeMs, executable })) {
      this.unchanged += 1
      this.bytes += content.size
      return
    }
    const bytes = await this.target.file(to, { mtimeMs: content.mtimeMs, executable }, this.counted(job))
    this.files += 1
    await this.io.emit({ type: 'file', path: pathText(path), to: this.target.placeOf(to), bytes })
  }

  private async *counted(job: Job): AsyncGenerator<Uint8Array> {
    const { path } = job
    for await (const piece of this.read(job)) {
      this.bytes += piece.length
      const { files, bytes, total } = this
      this.io.progress({
        type: 'progress',
        files,
        bytes,
        totalFiles: total.files,
        totalBytes: total.bytes,
        path: pathText(path)
      })
      yield piece
    }
  }

  /** A node with content comes from a vault that is open. */
  private read({ node, vault }: Job): AsyncGenerator<Uint8Array> {
    return vault!.read(contentOf(node)!, undefined, { signal: this.io.signal })
  }

  private async writeLink(job: Job): Promise<void> {
    const { node, path, to } = job
    const target = await this.readTarget(job)
    if (await this.target.hasLink(to, target)) {
      this.unchanged += 1
      return
    }
    try {
      await this.target.link(to, target, node.content?.mtimeMs ?? 0)
      this.files += 1
      await this.io.emit({ type: 'file', path: pathText(path), to: this.target.placeOf(to), link: target })
    } catch (error) {
      if (!isHoldfastError(error, 'OUTSIDE_TARGET')) throw error
      this.failures.note({ type: 'link-outside', path: pathText(path), target })
    }
  }

  private async readTarget(job: Job): Promise<string> {
    if (contentOf(job.node)!.size > LINK_BYTES) throw new HoldfastError('NAME_NOT_ALLOWED')
    const pieces: Uint8Array[] = []
    for await (const piece of this.read(job)) pieces.push(piece)
    return Buffer.concat(pieces).toString('utf8')
  }

  private noteRenamed({ path, node }: Job): void {
    this.failures.note({ type: 'renamed', path: pathText(path), wanted: node.wanted })
  }
}

/** No file after this one would do better. */
const FATAL: ReadonlySet<string> = new Set(['STORE_FULL', 'STORE_READ_ONLY', 'STORE_CLOSED', 'ABORTED'])
/** The longest target a system takes (PATH_MAX). */
const LINK_BYTES = 4096

async function inParallel<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  let failed = false
  const worker = async () => {
    for (const item of left) {
      if (failed) return
      await work(item).catch((error: unknown) => {
        failed = true
        throw error
      })
    }
  }
  await Promise.all(Array.from({ length: most }, worker))
}
