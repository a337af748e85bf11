import { HoldfastError } from '../base/errors.ts'
import { checkName } from '../index/names.ts'
import type { Vault } from '../vault/vault.ts'
import { linkFile, linkFolder } from '../vault/link.ts'
import type { LinkReport } from '../vault/link.ts'
import { folderAt, splitPath } from '../vault/paths.ts'
import type { OpEngine } from './engine-part.ts'
import { look } from './places.ts'
import type { Found } from './places.ts'

/**
 * Links what stands at a path of one vault to a path of another: what it is now, without what it was. No content is read or sent
 * again. All of it or an error: what was linked before that stays, and nothing of the source is removed. Returns what was. Throws EXISTS,
 * NOT_FOUND, NOT_A_FOLDER, NAME_NOT_ALLOWED, NOT_HERE for what has not arrived.
 */
export async function copyAcross(
  engine: OpEngine,
  { node }: Found,
  source: Vault,
  target: readonly string[],
  signal: AbortSignal
): Promise<LinkReport['linked']> {
  if (look(engine, target) !== undefined) throw new HoldfastError('EXISTS')
  const { vault, path } = engine.place(target)
  const { folder, name } = splitPath(path)
  checkName(name)
  const parent = folderAt(vault.index.tree, folder)
  let report: LinkReport
  if (node.kind === 'folder') {
    await vault.makeFolder(path)
    report = await linkFolder(source, node.id, vault, { signal, into: folderAt(vault.index.tree, path) })
  } else report = await linkFile(source, node, vault, { signal, place: { parent, name } })
  const [failed] = report.failed
  if (failed !== undefined) throw new HoldfastError(failed.code)
  return report.linked
}
