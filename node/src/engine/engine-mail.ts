import { isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { ContactCard } from '@holdfast/core/vault/contact-card'
import { contactOf } from '@holdfast/core/vault/contacts'
import type { Connection } from '../net/connection.ts'
import type { Target } from './connector.ts'
import { judgeCard, ownCard } from './contacts.ts'
import type { Engine } from './engine.ts'
import { Mail } from './mail.ts'
import type { MailNetwork } from './mail.ts'
import type { Network } from './network.ts'

/** The mail of one opened home. */
export function mailOf(engine: Engine): Mail {
  const { home } = engine
  const { account } = home.state
  return new Mail({
    kv: home.kv,
    random: home.random,
    secrets: home.secrets,
    account,
    daysSeen: () => engine.exchange.seenTime.daysSeen,
    ownCard: () => ownCard(engine),
    ownRelays: () => engine.relays(),
    ownDevices: () => new Set(engine.accountVault.log.membership().accounts.get(account)?.devices.keys()),
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

/** Most relays of others are in no vault here: strangers for as long as it takes. */
async function borrow(
  engine: Engine,
  network: Network,
  relay: Target,
  signal?: AbortSignal
): Promise<{ connection: Connection; release(): void }> {
  engine.expectStranger(+1)
  const stay = (): void => engine.expectStranger(-1)
  try {
    const connection = await network.host.dial(
      { peerKey: relay.peer, addresses: [...relay.addresses] },
      signal === undefined ? {} : { signal }
    )
    return {
      connection,
      release() {
        stay()
        const isOurs = network.keeps(relay.peer) || network.sessionsWith(relay.peer).length > 0
        if (!isOurs) void connection.close()
      }
    }
  } catch (error) {
    stay()
    throw error
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
