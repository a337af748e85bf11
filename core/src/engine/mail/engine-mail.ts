import { isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { ContactCard } from '../../vault/contact-card.ts'
import { contactOf } from '../../vault/contacts.ts'
import type { Connection } from '../../net/connection.ts'
import type { Target } from '../connector.ts'
import { judgeCard, ownCard } from '../account/contacts.ts'
import type { Engine } from '../engine.ts'
import { Mail } from './mail.ts'
import type { MailNetwork } from './mail.ts'
import { isVerified } from './mail-room.ts'
import type { Network } from '../network.ts'

/** The mail of one opened home. */
export function mailOf(engine: Engine): Mail {
  const { home } = engine
  const { account } = home.state
  return new Mail({
    kv: home.kv,
    random: home.random,
    wait: home.wait,
    secrets: home.secrets,
    account,
    daysSeen: () => engine.exchange.seenTime.daysSeen,
    ownCard: () => ownCard(engine),
    ownRelays: () => engine.relays(),
    ownDevices: () => new Set(engine.accountVault.log.membership().accounts.get(account)?.devices.keys()),
    trusts: (sender) => isVerified(engine, sender.account),
    refuses: (sender) => refusalOf(engine, sender),
    onProblem: (code, peer) => home.replica.problem({ vault: null, peer, code })
  })
}

export function mailNetworkOf(engine: Engine, network: Network): MailNetwork {
  return {
    connections: () => network.host.connections(),
    onConnection: (listener) => network.host.onConnection(listener),
    borrow: (relay, signal) => borrow(engine, network, relay, signal)
  }
}

/** How many use a connection now: several may have something for one relay. */
const borrowers = new WeakMap<Connection, number>()

/** Most relays of others are in no vault here: strangers, who are let in for just as long as it takes to connect. */
async function borrow(
  engine: Engine,
  network: Network,
  relay: Target,
  signal?: AbortSignal
): Promise<{ connection: Connection; release(): void }> {
  const target = { peerKey: relay.peer, addresses: [...relay.addresses] }
  engine.expectStranger(+1)
  try {
    const connection = await network.host.dial(target, signal === undefined ? {} : { signal })
    const isOurs = (): boolean => network.keeps(relay.peer) || network.sessionsWith(relay.peer).length > 0
    borrowers.set(connection, (borrowers.get(connection) ?? 0) + 1)
    return {
      connection,
      release() {
        const others = (borrowers.get(connection) ?? 1) - 1
        borrowers.set(connection, others)
        if (others === 0 && !isOurs()) void connection.close()
      }
    }
  } finally {
    engine.expectStranger(-1)
  }
}

/** BLOCKED, or CARD_REVOKED for a device that its account has removed as far as is known here. */
function refusalOf(engine: Engine, sender: ContactCard): ErrorCode | undefined {
  if (contactOf(engine.personal.index, sender.account)?.blocked === true) return 'BLOCKED'
  try {
    judgeCard(engine, sender)
    return undefined
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return error.code
  }
}
