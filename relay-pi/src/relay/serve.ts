import { HoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import { createHost } from '@holdfast/node/net/host'
import type { Host } from '@holdfast/core/net/host'
import { PeerLinks } from '@holdfast/core/net/peer-link'
import { ACCOUNT_PROTOCOL } from '@holdfast/core/net/protocols'
import { Rendezvous } from '@holdfast/core/net/rendezvous'
import { serveRpc } from '@holdfast/core/net/rpc'
import { AccountService } from '../accounts/account-service.ts'
import { CircuitDesk } from '../circuits/circuit-desk.ts'
import { mayMeetIn } from '../circuits/may-meet.ts'
import { invitable, withCertificate } from '@holdfast/core/net/own-addresses'
import { writePlace } from '../home/place.ts'
import { systemClock } from '../home/platform.ts'
import { mailServiceOf, serveMail } from '../mail/serve-mail.ts'
import { KnownPeers } from './known-peers.ts'
import { Neighbours } from './neighbours.ts'
import type { Relay } from './relay.ts'
import { Sessions } from './sessions.ts'
import { Strangers } from './strangers.ts'
import { Upkeep } from './upkeep.ts'
import type { UpkeepOptions } from './upkeep.ts'

export interface ServeOptions extends UpkeepOptions {
  readonly name: string
  readonly listen: readonly string[]
  /** Addresses for invitations instead of those listened on: where others reach this relay. */
  readonly announce: readonly string[]
  /** Whether it says on its own network that it is there: devices find it again when its address has changed. */
  readonly discover: boolean
  /** Whether it leads devices of one vault to each other that cannot dial one another. */
  readonly circuits: boolean
}

/** A relay that is up. */
export interface Serving {
  /** With the `/p2p/` part. */
  readonly addresses: readonly string[]
  readonly startedMs: number
  /** Members connected now. */
  connected(): number
  /** Ends connections and upkeep; the relay stays open. Takes at most some three seconds. Never rejects. */
  stop(): Promise<void>
}

/** Puts an opened relay on the network. Throws CANNOT_LISTEN. */
export async function serve(relay: Relay, options: ServeOptions): Promise<Serving> {
  const host = await listen(relay, options)
  try {
    const upkeep = new Upkeep(relay, options)
    if (host.unsupported.length > 0)
      options.log('WebRTC does not load on this computer: browsers come by WebSocket only')
    const { sessions, neighbours } = await answer(relay, host, upkeep)
    if (options.circuits) await serveCircuits(relay, host)
    const listening = host.addresses()
    const announced = options.announce.length > 0 ? withCertificate(options.announce, listening) : listening
    await writePlace(relay.kv, { name: options.name, addresses: invitable(announced) })
    upkeep.start()
    const stop = async (): Promise<void> => {
      sessions.stop()
      await Promise.all([neighbours.stop(), host.stop(), upkeep.stop()])
    }
    let stopped: Promise<void> | undefined
    return {
      addresses: host.addresses(),
      startedMs: systemClock.monotonicMs(),
      connected: () => sessions.connected(),
      stop: () => (stopped ??= stop())
    }
  } catch (error) {
    await host.stop()
    throw error
  }
}

async function listen(relay: Relay, { listen: addresses, discover }: ServeOptions): Promise<Host> {
  try {
    return await createHost({ key: relay.key.seed, listen: addresses, kv: relay.kv, discover })
  } catch (cause) {
    throw new HoldfastError('CANNOT_LISTEN', undefined, { cause })
  }
}

async function serveCircuits({ replica }: Relay, host: Host): Promise<void> {
  const desk = await CircuitDesk.listen({ host, clock: systemClock, mayMeet: mayMeetIn(replica) })
  replica.watch((event) => {
    if (event.kind === 'vaults' || (event.kind === 'admitted' && event.admission.membershipChanged)) desk.review()
  })
}

async function answer(
  relay: Relay,
  host: Host,
  upkeep: Upkeep
): Promise<{ sessions: Sessions; neighbours: Neighbours }> {
  const { accounts, hosting, quota, recovery, replica } = relay
  const inVaults = new KnownPeers(
    (peer) => replica.vaults().some((vault) => vault.mayNameTo(peer)),
    () => systemClock.monotonicMs()
  )
  replica.watch((event) => inVaults.follow(event))
  const isKnown = (peer: DeviceId): boolean => accounts.accountOf(peer) !== undefined || inVaults.isKnown(peer)
  const strangers = new Strangers(isKnown)
  host.onConnection((connection) => strangers.arrived(connection))
  host.onDisconnect((connection) => strangers.left(connection))

  const sessions = new Sessions(relay, { isKnown, onMemberSettled: () => upkeep.memberSettled() })
  const links = await PeerLinks.listen(host, (link) => sessions.begin(link))

  const service = new AccountService({ clock: systemClock, accounts, hosting, quota, recovery })
  const handle = (peer: DeviceId) => async (header: Uint8Array) => ({ header: await service.answer(peer, header) })
  await host.handle(ACCOUNT_PROTOCOL, (channel, peer) => void serveRpc(channel, handle(peer), { maxConcurrent: 4 }), {
    maxInboundStreams: 4
  })

  const mail = mailServiceOf(relay)
  upkeep.hourlyToo(() => mail.expire())
  await serveMail(host, mail)
  await Rendezvous.listen(host, { isKnown })
  const neighbours = new Neighbours({
    replica,
    dial: (target, how) => host.dial(target, how),
    open: (connection) => links.open(connection),
    begin: (link) => sessions.begin(link),
    isLinked: (peer) => sessions.isOpen(peer)
  })
  return { sessions, neighbours }
}
