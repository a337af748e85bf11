import { HoldfastError } from '../base/errors.ts'
import { assertMayWrite as assertVaultMayWrite } from '../vault/may-write.ts'
import type { Mount } from '../vault/mounts.ts'
import type { Vault } from '../vault/vault.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import type { Found } from './places.ts'

/**
 * What is shared is removed file by file, or ended as a share: taking away the place where it is shown would do neither.
 * Throws IS_SHARED (of a conversation IS_A_CONVERSATION) for a mount, and for a folder of the personal vault that holds one.
 */
export function assertNoMount(engine: OpEngine, { path, mount }: Found): void {
  const shared = mount === undefined ? mountBelow(engine, path) : { mount, path }
  if (shared === undefined) return
  if (shared.mount.kind === 'conversation')
    throw new HoldfastError('IS_A_CONVERSATION', `${pathText(shared.path)} is a conversation.`)
  throw new HoldfastError('IS_SHARED', `${pathText(shared.path)} is shared.`)
}

/** Throws MAY_ONLY_READ. */
export function assertMayWrite({ home }: OpEngine, { replica }: Vault): void {
  assertVaultMayWrite(replica, home.secrets.device)
}

/** Where something is mounted at or below a path. */
function mountBelow(engine: OpEngine, path: readonly string[]): MountPath | undefined {
  return placedMounts(engine).find(({ path: at }) =>
    path.every((name, i) => at[i]?.normalize('NFC') === name.normalize('NFC'))
  )
}

/** Where mounts are, by the names that are shown. */
export function mountPaths(engine: OpEngine): (readonly string[])[] {
  return placedMounts(engine).map(({ path }) => path)
}

interface MountPath {
  readonly mount: Mount
  readonly path: readonly string[]
}

function placedMounts(engine: OpEngine): MountPath[] {
  return engine.mounts().flatMap((mount) => {
    const path = engine.personal.index.tree.pathOf(mount.node)
    return path === undefined ? [] : [{ mount, path }]
  })
}
