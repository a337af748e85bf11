import { HoldfastError } from '../base/errors.ts'
import type { AddOptions, AddProgress, AddReport } from '../vault/write.ts'
import type { Place } from '../engine/place.ts'
import type { AddItem, OpEngine } from './engine-part.ts'
import { Handover } from './handover.ts'
import { assertMayWrite, mountPaths } from './mounts.ts'

/**
 * Adds a tree below a path of the home; what comes to lie below a mount goes into the vault that is mounted there. Items stay
 * a stream: each vault takes its own as they come. Throws what `Engine.place` and `Vault.addTree` throw.
 */
export async function addAcross(
  engine: OpEngine,
  items: AsyncIterable<AddItem>,
  to: readonly string[],
  options: AddOptions
): Promise<AddReport> {
  const place = engine.place(to)
  assertMayWrite(engine, place.vault)
  const mounts = place.mount === undefined ? mountPaths(engine).filter((path) => startsWith(path, to)) : []
  if (mounts.length === 0 && !isOneFile(place)) return place.vault.addTree(items, place.path, options)
  return new Split(engine, to, place, mounts, options).run(items)
}

/** One `addTree` a vault, each fed with what is its own. */
class Split {
  private readonly engine: OpEngine
  private readonly to: readonly string[]
  private readonly home: Place
  private readonly mounts: readonly (readonly string[])[]
  private readonly options: AddOptions
  private readonly places = new Map<readonly string[], Place>()
  private readonly parts = new Map<Place, { line: Handover<AddItem>; report: Promise<AddReport> }>()
  private readonly progress = new Map<Place, AddProgress>()

  /** `home`: the place of `to`; `mounts`: paths of those below it. */
  constructor(
    engine: OpEngine,
    to: readonly string[],
    home: Place,
    mounts: readonly (readonly string[])[],
    options: AddOptions
  ) {
    this.engine = engine
    this.to = to
    this.home = home
    this.mounts = mounts
    this.options = options
  }

  async run(items: AsyncIterable<AddItem>): Promise<AddReport> {
    try {
      for await (const item of items) {
        const place = await this.placeFor([...this.to, ...item.path])
        await this.partOf(place).line.give({ ...item, path: this.pathIn(place, item) })
      }
    } catch (error) {
      for (const { line } of this.parts.values()) line.fail(error)
      await Promise.allSettled([...this.parts.values()].map(({ report }) => report))
      throw error
    }
    for (const { line } of this.parts.values()) line.end()
    return sum(await Promise.all([...this.parts].map(([place, { report }]) => this.told(place, report))))
  }

  private async placeFor(path: readonly string[]): Promise<Place> {
    const mountPath = this.mounts.find((mount) => startsWith(path, mount))
    if (mountPath === undefined) return this.home
    const known = this.places.get(mountPath)
    if (known !== undefined) return known
    await this.engine.openAlong([mountPath])
    const place = this.engine.place(mountPath)
    assertMayWrite(this.engine, place.vault)
    this.places.set(mountPath, place)
    return place
  }

  /** From the root of its vault. */
  private pathIn(place: Place, item: AddItem): readonly string[] {
    const below = [...this.to, ...item.path].slice(place.mountPath.length)
    if (!isOneFile(place)) return below
    if (below.length > 0 || item.kind === 'folder') throw new HoldfastError('NOT_A_FOLDER')
    return place.path
  }

  private partOf(place: Place): { line: Handover<AddItem>; report: Promise<AddReport> } {
    const known = this.parts.get(place)
    if (known !== undefined) return known
    const line = new Handover<AddItem>()
    const onProgress = (progress: AddProgress): void => this.tell(place, progress)
    const report = place.vault.addTree(line, [], { ...this.options, onProgress })
    report.catch((error: unknown) => line.refuse(error))
    const part = { line, report }
    this.parts.set(place, part)
    return part
  }

  private tell(place: Place, progress: AddProgress): void {
    this.progress.set(place, progress)
    const path = [...place.mountPath, ...progress.path].slice(this.to.length)
    this.options.onProgress?.({ ...totals([...this.progress.values()]), path })
  }

  /** What failed, by its path below `to`. */
  private async told(place: Place, report: Promise<AddReport>): Promise<AddReport> {
    const done = await report
    const below = (path: readonly string[]): readonly string[] => (isOneFile(place) ? [] : path)
    const failed = done.failed.map((one) => ({
      ...one,
      path: [...place.mountPath, ...below(one.path)].slice(this.to.length)
    }))
    return { ...done, failed }
  }
}

function isOneFile({ mount }: Place): boolean {
  return mount !== undefined && mount.file !== null
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((name, i) => path[i]?.normalize('NFC') === name.normalize('NFC'))
}

function totals(parts: readonly Pick<AddReport, 'files' | 'bytes' | 'blobs'>[]): Omit<AddProgress, 'path'> {
  const of = (field: 'files' | 'bytes' | 'blobs'): number => parts.reduce((total, part) => total + part[field], 0)
  return { files: of('files'), bytes: of('bytes'), blobs: of('blobs') }
}

function sum(reports: readonly AddReport[]): AddReport {
  const unchanged = reports.reduce((total, report) => total + report.unchanged, 0)
  return { ...totals(reports), unchanged, failed: reports.flatMap(({ failed }) => failed) }
}
