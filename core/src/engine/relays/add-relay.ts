import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { RelayInfo } from '../../log/statement.ts'
import { decodeInvite } from '../../sync/wire/invite.ts'
import type { Invite } from '../../sync/wire/invite.ts'
import { genesisBytes } from '../../vault/first-entry.ts'
import { genesisEntry } from '../../vault/mounts.ts'
import { ownChain } from '../../vault/found.ts'
import type { Connection } from '../../net/connection.ts'
import { assertAccountCaughtUp } from '../account/devices.ts'
import type { Engine } from '../engine.ts'
import { askRelay, hostVault } from './relay-client.ts'
import { nameRelay } from './relay-list.ts'
import { askRoom } from './rooms.ts'
import { isOwnVault } from '../sharing/sharing.ts'

/** Registers the account at the relay that made the code, has it host the vaults the account founded, and names it in them. Throws as Engine.addRelay says. */
export async function addRelay(engine: Engine, code: string): Promise<RelayInfo> {
  const invite = decodeInvite(code)
  engine.standing.assertMember()
  // Before the invitation is used up: what is named afterwards has to be written.
  assertAccountCaughtUp(engine)
  await engine.personal.ensureEpoch()
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
    'registered',
    engine.home.wait
  )
  const own = (await engine.openAll()).filter((vault) => vault === engine.personal || isOwnVault(engine, vault))
  for (const vault of [engine.accountVault, ...own.map(({ replica }) => replica)])
    await hostVault(connection, genesisEntry(await genesisBytes(vault)), engine.home.wait)
  await askRoom(engine, connection).catch(() => undefined) // asked again later
  const relay: RelayInfo = { peer: invite.relay, name: invite.name, addresses: invite.addresses }
  await nameRelay(engine, relay)
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
