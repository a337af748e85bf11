import { isHoldfastError } from '@holdfast/core/base/errors'
import type { FileId } from '@holdfast/core/base/ids'
import { newFileIdAt, newFolderId } from '@holdfast/core/index/place-id'
import { BaseRows } from '@holdfast/node/folder/base-rows'
import { isEmpty, plan } from '@holdfast/node/folder/plan'
import type { Plan } from '@holdfast/node/folder/plan'
import type { DiskEntry, Parent } from '@holdfast/node/folder/trees'
import { VaultView } from '@holdfast/node/folder/vault-view'
import { contentsOf, hashOf } from './contents.ts'
import { text } from './device.ts'
import type { SimDevice } from './device.ts'
import type { DeviceRun } from './device-run.ts'
import { FolderDisk, heldBy } from './folder-disk.ts'
import { FolderDoes } from './folder-does.ts'
import { tell } from './folder-tells.ts'
import { makeContent } from './make-content.ts'

const NAMES = ['a.txt', 'b.bin', 'c', 'Notes', 'notes', 'docs', 'pics', 'Docs']
const MOST_ROUNDS = 12

/**
 * A folder of a device that is kept in step with the root of its vault: the disk is a model, the base lies on the device's own disk,
 * the vault is the real one and the planner that of the product. People change it at any time, and processes die in any step.
 */
export class SimFolder {
  readonly disk = new FolderDisk()
  readonly #device: SimDevice
  readonly #bytes = new Map<number, Uint8Array>()
  /** The run in which a pass is under way. */
  #passing: DeviceRun | undefined

  constructor(device: SimDevice) {
    this.#device = device
  }

  /** A person does something in it, whether the process runs or not. */
  person(): void {
    const { rng } = this.#device
    const { entries } = this.disk
    const all = [...entries.keys()]
    const any = rng.pick(all) ?? 'c'
    const into = rng.pick(['', ...all.filter((path) => entries.get(path)?.kind === 'folder')])!
    const to = (into === '' ? '' : `${into}/`) + rng.pick(NAMES)!
    const there = entries.get(to)
    const what = rng.below(6)
    if (what < 3 && there?.kind !== 'folder') this.#write(to, there)
    else if (what === 3 && there === undefined) this.disk.makeFolder(to)
    else if (what === 4 && there === undefined && entries.has(any) && !`${to}/`.startsWith(`${any}/`))
      this.disk.rename(any, to)
    else if (what === 5) for (const path of all) if (path === any || path.startsWith(`${any}/`)) entries.delete(path)
  }

  /** Returns whether there was nothing to do. What fails is tried again with the next pass. */
  async pass(): Promise<boolean> {
    const { run, life, world, name } = this.#device
    if (run === undefined || life === undefined || this.#passing === run) return false
    this.#passing = run
    try {
      const base = await BaseRows.load(run.kv, 'sim')
      for (let round = 0; round < MOST_ROUNDS; round++) {
        const { steps, pathOf } = this.#plan(run, base)
        if (isEmpty(steps)) return round === 0
        world.trace.note(`${name}: folder ${summary(steps)}`)
        if (steps.doubts.length > 0) {
          await this.#settleDoubts(base, steps.doubts)
          continue
        }
        await tell(this, run, base, steps)
        const between = async (): Promise<void> => life.wait(this.#device.rng.below(8))
        await new FolderDoes(this, { run, base, pathOf, between }).do(steps)
      }
      return false
    } catch (error) {
      if (!isHoldfastError(error)) world.fail(`${name}: the folder: ${text(error)}`)
      else world.trace.note(`${name}: the folder: ${error.code}`)
      return false
    } finally {
      if (this.#passing === run) this.#passing = undefined
    }
  }

  /** What it shows and the vault does not, or the other way round. */
  difference(): string[] {
    const { run } = this.#device
    const view = viewOf(run!)
    const said = [...view.entries.values()].map((one) =>
      one.kind === 'folder' ? view.pathOf(one) : `${view.pathOf(one)} ${one.mtimeMs}`
    )
    const shown = [...this.disk.entries.values()].map((one) =>
      one.kind === 'folder' ? one.path : `${one.path} ${heldBy(one)}`
    )
    return [
      ...said.filter((line) => !shown.includes(line)).map((line) => `not on the disk: ${line}`),
      ...shown.filter((line) => !said.includes(line)).map((line) => `not in the vault: ${line}`)
    ]
  }

  /** A file is taken off this disk: what it holds has to be known to the vault, or a person has destroyed it there. */
  takes(entry: DiskEntry): void {
    const { run, world, name } = this.#device
    const write = world.truth.writes.get(heldBy(entry))
    const { vault } = run!
    const isKnown =
      write === undefined ||
      write.acknowledged ||
      write.excused ||
      contentsOf(vault.index).some(({ mtimeMs }) => mtimeMs === write.mtimeMs)
    if (!isKnown) world.fail(`${name}: the folder takes ${entry.path}, of which the vault has never heard`)
    this.disk.entries.delete(entry.path)
  }

  told(mtimeMs: number): void {
    const write = this.#device.world.truth.writes.get(mtimeMs)
    if (write === undefined) return
    for (const content of contentsOf(this.#device.run!.vault.index)) this.#device.world.truth.learn(content)
    write.acknowledged = true
  }

  /** Of a file of this disk. */
  async bytesOf(mtimeMs: number): Promise<Uint8Array | undefined> {
    const own = this.#bytes.get(mtimeMs)
    if (own !== undefined) return own
    const { vault } = this.#device.run!
    const content = contentsOf(vault.index).find((one) => one.mtimeMs === mtimeMs)
    if (content === undefined) return undefined
    const parts: Uint8Array[] = []
    for await (const part of vault.read(content)) parts.push(part.slice())
    return Buffer.concat(parts)
  }

  #write(path: string, there: DiskEntry | undefined): void {
    const { rng, world, name } = this.#device
    const bytes = makeContent(rng)
    const { mtimeMs } = world.truth.newWrite(name, bytes.length, hashOf(bytes))
    this.#bytes.set(mtimeMs, bytes)
    this.disk.write(path, mtimeMs, bytes.length, there === undefined ? {} : { inode: there.stamp.inode })
  }

  #plan(run: DeviceRun, base: BaseRows): { steps: Plan; pathOf: Map<FileId, string> } {
    const { tree } = run.vault.index
    const placeOf = (parent: Parent, name: string) => ({ parent, name })
    const fresh = (): FileId => run.vault.newFileId()
    const { steps, pathOf } = plan({
      disk: this.disk.inOrder(),
      vault: viewOf(run).entries,
      base: base.rows,
      isHeld: () => false,
      newFileId: (parent, name) => newFileIdAt(tree, placeOf(parent, name), fresh),
      newFolderId: (parent, name) => newFolderId(tree, placeOf(parent, name), fresh)
    })
    return { steps: { ...steps, writes: steps.writes.filter(({ id }) => isHere(run, id)) }, pathOf }
  }

  async #settleDoubts(base: BaseRows, doubts: Plan['doubts']): Promise<void> {
    for (const { id, entry } of doubts) {
      const row = base.rows.get(id)
      if (row === undefined) continue
      const isSame = row.mtimeMs === heldBy(entry)
      base.set({ ...row, stamp: isSame ? entry.stamp : { ...row.stamp, size: -1n } })
    }
    await base.write()
  }
}

function viewOf({ vault }: DeviceRun): VaultView {
  const view = new VaultView()
  view.update(vault.index.tree, null, () => false)
  return view
}

function isHere({ vault, exchange }: DeviceRun, id: FileId): boolean {
  const content = vault.index.tree.node(id)?.content
  if (content === undefined || content.kind === 'folder') return true
  const record = vault.replica.log.pins().recordOf(content.object)
  return record !== undefined && exchange.wanted.isComplete(record.hash)
}

function summary(steps: Plan): string {
  return Object.entries(steps)
    .filter(([, list]) => (list as unknown[]).length > 0)
    .map(([kind, list]) => `${(list as unknown[]).length} ${kind}`)
    .join(', ')
}
