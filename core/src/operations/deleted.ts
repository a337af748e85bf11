import type { Vault } from '../vault/vault.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { gonePath } from './gone.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'

/**
 * Every file that was removed and can come back, by the path at which it stood, with the version it had last: `restore PATH@VERSION` brings
 * back that one, whatever stands there now. Looks at every removed file.
 */
export async function deleted(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  let count = 0
  for (const { vault, at } of folders(engine)) {
    const { tree } = vault.index
    const pins = vault.replica.log.pins()
    for (const { file, versions } of tree.deleted()) {
      io.signal.throwIfAborted()
      const content = versions.find(({ object }) => pins.stateOf(object) !== 'gone')
      const path = gonePath(tree, file)
      if (content === undefined || path === undefined) continue
      count++
      await io.emit({
        type: 'deleted',
        path: pathText([...at, ...path]),
        version: content.object,
        bytes: content.size,
        mtime: isoTime(content.mtimeMs)
      })
    }
  }
  await io.emit({ type: 'done', deleted: count })
}

/** The personal vault and those that are shown as folders: a single shared file is not removed but left. */
function folders(engine: OpEngine): { vault: Vault; at: readonly string[] }[] {
  const { personal } = engine
  const found = new Map<Vault, readonly string[]>([[personal, []]])
  for (const mount of engine.mounts()) {
    const vault = engine.vaultOf(mount.vault)
    const at = personal.index.tree.pathOf(mount.node)
    if (vault !== undefined && at !== undefined && mount.file === null && !found.has(vault)) found.set(vault, at)
  }
  return [...found].map(([vault, at]) => ({ vault, at }))
}
