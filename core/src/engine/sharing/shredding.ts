import { HoldfastError } from '../../base/errors.ts'
import type { FileId, ObjectId } from '../../base/ids.ts'
import { purge } from '../../index/edits.ts'
import { originalsAt, shredOriginals } from '../../vault/share.ts'
import { assertMayWrite } from '../../vault/may-write.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Engine } from '../engine.ts'
import type { Place } from '../place.ts'

/**
 * Destroys files of one place, in every version, at every honest replica; of what is shared also the originals it was linked from
 * in the personal vault. Throws MAY_ONLY_READ, and NOT_A_MEMBER for what somebody else brought into a vault that one does not own.
 */
export async function shredAll(
  engine: Engine,
  { vault, path, mount }: Place,
  files: readonly FileId[]
): Promise<{ files: number; objects: number }> {
  assertMayWrite(vault.replica, engine.home.secrets.device)
  const doomed = new Set(files.flatMap((file) => purge(vault.index.tree, file).objects))
  assertMayShred(engine, vault, doomed)
  let done = 0
  for (const file of files) done += (await vault.shred(file)).files
  if (mount !== undefined) {
    const { personal } = engine
    const pins = personal.replica.log.pins()
    const below = mount.file === null ? path : []
    const shown = shownIn(personal)
    await personal.commit(() =>
      shredOriginals(
        personal.index,
        originalsAt(personal.index, mount.node, below),
        [...doomed].filter((object) => !shown.has(object)),
        (object) => pins.recordsFor(object).length > 0
      )
    )
  }
  return { files: done, objects: doomed.size }
}

/** Objects of files that stand there now: what was moved out of a shared folder is a file of its own. */
function shownIn({ index }: Vault): Set<ObjectId> {
  const contents = [...index.tree.walk(null)].flatMap(({ node }) => node.content ?? [])
  return new Set(contents.flatMap((content) => (content.kind === 'folder' ? [] : [content.object])))
}

/**
 * What another owner has destroyed in a vault that was made here: the originals it was linked from go, too, unless something in the
 * personal vault still shows them.
 */
export async function followShreds(engine: Engine, vault: Vault): Promise<void> {
  const { personal } = engine
  const mount = engine.mounts().find((one) => one.vault === vault.id)
  if (mount === undefined || originalsAt(personal.index, mount.node, []).length === 0) return
  const pins = personal.replica.log.pins()
  const held = [...vault.replica.log.pins().shreddedObjects()].filter((object) => pins.recordsFor(object).length > 0)
  if (held.length === 0) return
  const shown = new Set<ObjectId>()
  for (const { node } of personal.index.tree.walk(null))
    if (node.content !== undefined && node.content.kind !== 'folder') shown.add(node.content.object)
  const shreds = held.filter((object) => !shown.has(object)).sort()
  if (shreds.length > 0) await personal.commit(() => ({ intents: [], shreds }))
}

/** Replicas would not follow: the name would be gone here and the content stay. */
function assertMayShred({ home }: Engine, { replica }: Vault, objects: Iterable<ObjectId>): void {
  const { account } = home.state
  const membership = replica.log.membership()
  if (membership.accounts.get(account)?.role === 'owner') return
  const pins = replica.log.pins()
  for (const object of objects)
    for (const { hash } of pins.recordsFor(object))
      if (pins.bringerOf(hash)?.account !== account)
        throw new HoldfastError('NOT_A_MEMBER', 'Only owners, and whoever put it there, can destroy this.')
}
