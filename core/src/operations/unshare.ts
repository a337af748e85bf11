import { leave, reachRelays } from '../engine/sharing/leaving.ts'
import { removeMember, shareAt, takeBackInvitations } from '../engine/sharing/sharing.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { memberCalled, memberName, sharedVault } from './members.ts'
import { assertMayWrite } from './mounts.ts'
import type { OperationIo } from './operation.ts'

export interface UnshareArgs {
  readonly path: readonly string[]
  /** Whom to take out; undefined to leave oneself. */
  readonly with: string | undefined
}

export function parseUnshare(value: unknown): UnshareArgs {
  const args = new Arguments(value)
  return { path: args.path('path'), with: args.has('with') ? args.text('with') : undefined }
}

/** What somebody has, they keep; from the new epoch on they get nothing any more. */
export async function unshare(engine: OpEngine, { path, with: who }: UnshareArgs, io: OperationIo): Promise<void> {
  const vault = sharedVault(engine, path)
  if (who === undefined) {
    const { mount } = shareAt(engine, path)!
    const { kept, listed } = await leave(engine, vault, mount)
    await io.emit({ type: 'left', path: pathText(path), vault: vault.id, kept, listed })
    return
  }
  assertMayWrite(engine, vault)
  const account = memberCalled(engine, vault, who)
  const name = memberName(engine, vault, account)
  await removeMember(vault, account)
  await takeBackInvitations(engine, vault, account)
  const told = await reachRelays(engine, vault)
  await io.emit({ type: 'unshared', path: pathText(path), vault: vault.id, with: name, account, told })
}
