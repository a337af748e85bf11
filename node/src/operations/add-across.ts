import { HoldfastError } from '@holdfast/core/base/errors'
import type { AddOptions, AddProgress, AddReport } from '@holdfast/core/vault/write'
import type { Place } from '../engine/place.ts'
import type { AddItem, OpEngine } from './engine-part.ts'
import { Handover } from './handover.ts'
import { mountPaths } from './mounts.ts'

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
  const mounts = place.mount === undefined ? mountPaths(engine).filter((path) => startsWith(path, to)) : []
  if (mounts.length === 0 && place.mount?.file == null) return place.vault.addTree(items, place.path, options)
  const places = mounts.map((path) => engine.place(path))
  return new Split(to, [...places, place], options).run(items)
}

/** One `addTree` a vault, each fed with what is its own. */
class Split {
  private readonly to: readonly string[]
  private readonly places: readonly Place[]
  private readonly options: AddOptions
  private readonly parts = new Map<Place, { line: Handover<AddItem>; report: Promise<AddReport> }>()
  private readonly progress = new Map<Place, AddProgress>()

  /** The last place is that of `to` itself. */
  constructor(to: readonly string[], places: readonly Place[], options: AddOptions) {
    this.to = to
    this.places = places
    this.options = options
  }

  async run(items: AsyncIterable<AddItem>): Promise<AddReport> {
    try {
      for await (const item of items) {
        const place = this.placeFor([...this.to, ...item.path])
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

  private placeFor(path: readonly string[]): Place {
    return this.places.find(({ mountPath }) => startsWith(path, mountPath)) ?? this.places.at(-1)!
  }

  /** From the root of its vault. */
  private pathIn({ mount, mountPath, path }: Place, item: AddItem): readonly string[] {
    const below = [...this.to, ...item.path].slice(mountPath.length)
    if (mount?.file == null) return below
    if (below.length > 0 || item.kind === 'folder') throw new HoldfastError('NOT_A_FOLDER')
    return path
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
  private async told({ mount, mountPath }: Place, report: Promise<AddReport>): Promise<AddReport> {
    const done = await report
    const below = (path: readonly string[]): readonly string[] => (mount?.file == null ? path : [])
    const failed = done.failed.map((one) => ({
      ...one,
      path: [...mountPath, ...below(one.path)].slice(this.to.length)
    }))
    return { ...done, failed }
  }
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
