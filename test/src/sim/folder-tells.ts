import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import type { AddItem } from '@holdfast/core/vault/write'
import type { BaseRows } from '@holdfast/node/folder/base-rows'
import type { Plan } from '@holdfast/node/folder/plan'
import { splitPath } from '@holdfast/node/folder/trees'
import type { DiskEntry } from '@holdfast/node/folder/trees'
import { VaultNaming } from '@holdfast/node/folder/vault-naming'
import type { Target } from '@holdfast/node/folder/vault-naming'
import { tellVault } from '@holdfast/node/folder/vault-steps'
import type { StepContext } from '@holdfast/node/folder/vault-steps'
import { entryOf } from '@holdfast/node/folder/vault-view'
import type { DeviceRun } from './device-run.ts'
import { heldBy } from './folder-disk.ts'
import type { SimFolder } from './folder.ts'

/** What the disk of a device has done, told to its vault: moves and removals by the code of the product, files as it does it. */
export async function tell(folder: SimFolder, run: DeviceRun, base: BaseRows, steps: Plan): Promise<void> {
  const { vault } = run
  const none = { newFolders: [], newFiles: [], edits: [], compares: [] }
  const context: Pick<StepContext, 'vault' | 'vaultRoot' | 'base' | 'failed'> = {
    vault,
    vaultRoot: null,
    base,
    failed: () => undefined
  }
  await tellVault(context as StepContext, { ...steps, ...none })
  const { targets, entries } = toWrite(folder, run, base, steps)
  if (entries.size > 0) {
    const written = new Map<FileId, ObjectId>()
    const report = await vault.addTree(itemsOf(folder, entries), [], {
      naming: () => new VaultNaming(vault.index.tree, targets, written)
    })
    const failed = new Set(report.failed.map(({ path }) => path.join('/')))
    for (const [path, { id, entry }] of entries)
      if (!failed.has(path)) noteWritten(folder, run, base, id, entry, written.get(id))
  }
  await base.write()
}

type Entries = Map<string, { id: FileId; entry: DiskEntry }>

function toWrite(
  { disk }: SimFolder,
  { vault }: DeviceRun,
  base: BaseRows,
  steps: Plan
): { targets: Map<string, Target>; entries: Entries } {
  const targets = new Map<string, Target>()
  const entries: Entries = new Map()
  const add = (id: FileId, entry: DiskEntry, target: Target): void => {
    if (!disk.isStill(entry)) return
    targets.set(entry.path, target)
    entries.set(entry.path, { id, entry })
  }
  for (const { id, parent, name, entry } of [...steps.newFolders, ...steps.newFiles])
    add(id, entry, { id, place: { parent, name } })
  for (const { id, expected, entry } of steps.edits) {
    const content = vault.index.tree.node(id)?.content
    if (content === undefined || content.kind === 'folder' || content.object !== expected) continue
    if (content.mtimeMs !== heldBy(entry)) add(id, entry, { id, expected })
    else if (base.rows.has(id)) base.set({ ...base.rows.get(id)!, object: content.object, stamp: entry.stamp })
  }
  for (const { id, entry } of steps.compares) {
    const node = vault.index.tree.node(id)
    const content = node?.content
    if (content === undefined || content.kind === 'folder' || node?.conflictOf !== undefined) continue
    if (content.mtimeMs !== heldBy(entry)) add(id, entry, { id, expected: content.object, isBeside: true })
  }
  return { targets, entries }
}

async function* itemsOf(folder: SimFolder, entries: Entries): AsyncGenerator<AddItem> {
  for (const { entry } of entries.values()) {
    const path = entry.path.split('/')
    const mtimeMs = heldBy(entry)
    if (entry.kind === 'folder') yield { kind: 'folder', path, mtimeMs }
    if (entry.kind === 'folder' || !folder.disk.isStill(entry)) continue
    const bytes = await folder.bytesOf(mtimeMs)
    if (bytes === undefined) continue // it came from the vault, and its bytes are not here any more
    const { executable } = entry
    yield { kind: 'file', path, mtimeMs, executable, sizeBytes: bytes.length, content: sourceOfBytes(bytes) }
  }
}

function noteWritten(
  folder: SimFolder,
  { vault }: DeviceRun,
  base: BaseRows,
  id: FileId,
  entry: DiskEntry,
  object: ObjectId | undefined
): void {
  const node = vault.index.tree.node(id)
  if (node === undefined || (entry.kind !== 'folder' && object === undefined)) return
  folder.told(heldBy(entry))
  const parent = base.rows.get(id)?.parent ?? entryOf(node, null).parent
  const { stamp, kind, executable, path } = entry
  base.set({ id, parent, name: splitPath(path).name, kind, executable, object, mtimeMs: heldBy(entry), stamp })
}
