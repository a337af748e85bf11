import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { RelayInfo, Statement } from '@holdfast/core/log/statement'
import { decodeInvite } from '@holdfast/core/sync/invite'
import type { Invite } from '@holdfast/core/sync/invite'
import { writeStatements } from '@holdfast/core/vault/author'
import { ownChain } from '@holdfast/core/vault/found'
import type { Connection } from '../net/connection.ts'
import type { Engine } from './engine.ts'
import { askRelay, hostVault } from './relay-client.ts'

const REPAIR_AFTER_MS = 24 * 3600 * 1000

/** Registers the account at the relay that made the code, has it host the vaults, and names it in them. Throws as Engine.addRelay says. */
export async function addRelay(engine: Engine, code: string): Promise<RelayInfo> {
  const invite = decodeInvite(code)
  const connection = await dialInviter(engine, invite)
  const { state, secrets } = engine.home
  const chain = ownChain(engine.accountVault.log, secrets.device)
  await askRelay(
    connection,
    {
      kind: 'register',
      secret: invite.secret,
      rootPublicKey: state.root,
      recoveryPublicKey: state.recovery,
      chain,
      name: '' // relays need not know
    },
    'registered'
  )
  for (const vault of [engine.accountVault, engine.vault.replica]) {
    const genesis = await vault.store.entryBytes(vault.log.order()[0]!)
    await hostVault(connection, genesis!)
  }
  const relay: RelayInfo = { peer: invite.relay, name: invite.name, addresses: invite.addresses }
  await nameRelays(engine, [...engine.relays().filter(({ peer }) => peer !== relay.peer), relay])
  return relay
}

async function dialInviter(engine: Engine, { relay, addresses }: Invite): Promise<Connection> {
  const network = await engine.goOnline()
  engine.expectStranger(+1) // no vault lists the relay yet
  try {
    return await network.host.dial({ peerKey: relay, addresses: [...addresses] })
  } catch (cause) {
    throw isHoldfastError(cause, 'PEER_MISMATCH') ? cause : new HoldfastError('NO_PEER', undefined, { cause })
  } finally {
    engine.expectStranger(-1)
  }
}

async function nameRelays(engine: Engine, relays: readonly RelayInfo[]): Promise<void> {
  const statement: Statement = {
    kind: 'relays',
    relays,
    copies: Math.min(2, relays.length),
    repairAfterMs: REPAIR_AFTER_MS
  }
  await writeStatements(engine.accountVault, engine.author, [statement])
  await engine.vault.state([statement])
  await engine.vault.ensureEpoch()
}
