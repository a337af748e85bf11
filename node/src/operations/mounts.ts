import { HoldfastError } from '@holdfast/core/base/errors'
import type { Vault } from '@holdfast/core/vault/vault'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import type { Found } from './places.ts'

/**
 * What is shared is removed file by file, or ended as a share: taking away the place where it is shown would do neither.
 * Throws IS_SHARED for a mount, and for a folder of the personal vault that holds one.
 */
export function assertNoMount(engine: OpEngine, { path, mount }: Found): void {
  const shared = mount === undefined ? mountBelow(engine, path) : path
  if (shared !== undefined) throw new HoldfastError('IS_SHARED', `${pathText(shared)} is shared.`)
}

/** Said before anything is read or sealed for nothing. Throws NOT_A_MEMBER. */
export function assertMayWrite({ home }: OpEngine, { replica }: Vault): void {
  if (replica.log.membership().roleOf(home.secrets.device) === 'reader')
    throw new HoldfastError('NOT_A_MEMBER', 'You may read what is here, not change it.')
}

/** Where something is mounted at or below a path. */
function mountBelow(engine: OpEngine, path: readonly string[]): readonly string[] | undefined {
  return mountPaths(engine).find((at) => path.every((name, i) => at[i]?.normalize('NFC') === name.normalize('NFC')))
}

/** Where mounts are, by the names that are shown. */
export function mountPaths(engine: OpEngine): (readonly string[])[] {
  return engine.mounts().flatMap(({ node }) => {
    const path = engine.personal.index.tree.pathOf(node)
    return path === undefined ? [] : [path]
  })
}
