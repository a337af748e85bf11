import { HoldfastError } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import type { Keep } from '@holdfast/core/engine/keeping-rows'
import { lookUp, shownVaults } from '@holdfast/core/operations/places'
import type { Vault } from '@holdfast/core/vault/vault'
import { pathOf, textOf } from './path.ts'

/** Keeps what is at a path, and below it, on this device; or does so no more. Throws NOT_FOUND, NOT_HERE. */
export async function keepPath(engine: Engine, text: string, isKept: boolean): Promise<void> {
  const path = pathOf(text)
  await engine.openAlong([path])
  const { vault, id } = placeOf(engine, path)
  await engine.keeping?.keep(vault, id, isKept)
}

/** The paths that were kept, as they are called now. */
export function keptPaths(engine: Engine): string[] {
  const kept = engine.keeping?.kept()
  return shownVaults(engine).flatMap(({ vault, pathOf: pathIn }) =>
    [...(kept?.get(vault.id) ?? [])].flatMap((id) => {
      const path = id === 'all' ? rootOf(engine, vault) : pathIn(id)
      return path === undefined ? [] : [textOf(path)]
    })
  )
}

/** A mounted folder is all of its vault. */
function placeOf(engine: Engine, path: readonly string[]): { vault: Vault; id: Keep } {
  const found = lookUp(engine, path)
  if (found === undefined) return { vault: engine.personal, id: 'all' }
  if (found.vault === undefined) throw new HoldfastError('NOT_HERE')
  return { vault: found.vault, id: found.mount !== undefined && found.mount.file === null ? 'all' : found.node.id }
}

function rootOf(engine: Engine, vault: Vault): readonly string[] | undefined {
  if (vault === engine.personal) return []
  const mount = engine.mounts().find((one) => one.vault === vault.id)
  return mount === undefined ? undefined : engine.personal.index.tree.pathOf(mount.node)
}
