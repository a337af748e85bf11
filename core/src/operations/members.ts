import { HoldfastError } from '../base/errors.ts'
import type { AccountId } from '../base/ids.ts'
import { nameKey } from '../index/names.ts'
import type { Role } from '../log/statement.ts'
import { contactOf, ownName } from '../vault/contacts.ts'
import type { Vault } from '../vault/vault.ts'
import { ownUserName } from '../engine/account/contacts.ts'
import { reachRelays } from '../engine/sharing/leaving.ts'
import { setRole, shareAt } from '../engine/sharing/sharing.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { assertMayWrite } from './mounts.ts'
import type { OperationIo } from './operation.ts'
import { parseRole } from './share.ts'

export function parseMembers(value: unknown): { path: readonly string[] } {
  return { path: new Arguments(value).path('path') }
}

/** Who has access to what is shared at a path, oneself first. */
export async function members(engine: OpEngine, { path }: { path: readonly string[] }, io: OperationIo): Promise<void> {
  const vault = sharedVault(engine, path)
  const { accounts, founder } = vault.replica.log.membership()
  const own = engine.home.state.account
  const sorted = [...accounts].sort(([a], [b]) => Number(b === own) - Number(a === own))
  for (const [account, { role, devices }] of sorted) {
    const joined = [...devices.keys()].some((device) => vault.replica.statementHeads(device).length > 0)
    await io.emit({
      type: 'member',
      account,
      name: memberName(engine, vault, account),
      role,
      self: account === own,
      founder: account === founder,
      verified: account === own || contactOf(engine.personal.index, account)?.verified === true,
      devices: devices.size,
      joined
    })
  }
}

export interface SetRoleArgs {
  readonly path: readonly string[]
  readonly name: string
  readonly role: Role
}

export function parseSetRole(value: unknown): SetRoleArgs {
  const args = new Arguments(value)
  return { path: args.path('path'), name: args.text('name'), role: parseRole(args.text('role')) }
}

/** What somebody may do from now on. */
export async function setMemberRole(
  engine: OpEngine,
  { path, name, role }: SetRoleArgs,
  io: OperationIo
): Promise<void> {
  const vault = sharedVault(engine, path)
  assertMayWrite(engine, vault)
  const account = memberCalled(engine, vault, name)
  await setRole(vault, account, role)
  const told = await reachRelays(engine, vault)
  await io.emit({ type: 'role', path: pathText(path), account, name: memberName(engine, vault, account), role, told })
}

/** Throws NOT_SHARED, INSIDE_SHARE, NOT_FOUND. */
export function sharedVault(engine: OpEngine, path: readonly string[]): Vault {
  const share = path.length === 0 ? undefined : shareAt(engine, path)
  if (share !== undefined) return share.vault
  if (path.length > 0 && engine.personal.index.tree.resolve(path) === undefined) throw new HoldfastError('NOT_FOUND')
  throw new HoldfastError('NOT_SHARED')
}

/** A member by what this home calls them, by what the vault does, or by the first digits of the id. Throws UNKNOWN_CONTACT, AMBIGUOUS_NAME. */
export function memberCalled(engine: OpEngine, vault: Vault, name: string): AccountId {
  const key = nameKey(name)
  const accounts = [...vault.replica.log.membership().accounts.keys()]
  const byId = /^[0-9a-f]{8,64}$/i.test(name) ? accounts.filter((one) => one.startsWith(name.toLowerCase())) : []
  const byName = accounts.filter((one) => nameKey(memberName(engine, vault, one)) === key)
  const found = [...new Set([...byName, ...byId])]
  if (found.length > 1) throw new HoldfastError('AMBIGUOUS_NAME')
  if (found[0] === undefined) throw new HoldfastError('UNKNOWN_CONTACT', 'Nobody of this name has access.')
  return found[0]
}

/** Hostile text, unless it is a contact's. */
export function memberName(engine: OpEngine, vault: Vault, account: AccountId): string {
  if (account === engine.home.state.account) return ownUserName(engine)
  const known = contactOf(engine.personal.index, account)?.name ?? ownName(vault.index, account)
  return known ?? account.slice(0, 8)
}
