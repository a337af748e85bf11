import { accountStatementsOf, ownChain } from '@holdfast/core/vault/found'
import { contactOf, ownName } from '@holdfast/core/vault/contacts'
import { makeCard } from '@holdfast/core/vault/contact-card'
import type { ContactCard } from '@holdfast/core/vault/contact-card'
import { userNameFrom } from '@holdfast/core/vault/user-name'
import type { Connection } from '../net/connection.ts'
import type { Engine } from './engine.ts'
import { Mail } from './mail.ts'
import type { MailNetwork } from './mail.ts'
import type { Network } from './network.ts'
import type { Target } from './connector.ts'

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
    ownCard: () => cardOf(engine),
    ownRelays: () => engine.relays(),
    ownDevices: () => new Set(engine.accountVault.log.membership().accounts.get(account)?.devices.keys()),
    isBlocked: (sender) => contactOf(engine.personal.index, sender)?.blocked === true,
    onProblem: (code, peer) => home.replica.problem({ vault: null, peer, code })
  })
}

export function mailNetworkOf(engine: Engine, network: Network): MailNetwork {
  return {
    connections: () => network.host.connections(),
    onConnection: (listener) => network.host.onConnection(listener),
    borrow: (relay) => borrow(engine, network, relay)
  }
}

/** Most relays of others are in no vault here: strangers for as long as it takes. */
async function borrow(
  engine: Engine,
  network: Network,
  relay: Target
): Promise<{ connection: Connection; release(): void }> {
  engine.expectStranger(+1)
  const stay = (): void => engine.expectStranger(-1)
  try {
    const connection = await network.host.dial({ peerKey: relay.peer, addresses: [...relay.addresses] })
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

function cardOf(engine: Engine): Promise<ContactCard> {
  const { state, secrets, settings } = engine.home
  const { log } = engine.accountVault
  return makeCard({
    root: state.root,
    recovery: state.recovery,
    name: ownName(engine.personal.index, state.account) ?? userNameFrom(settings.name),
    chain: ownChain(log, secrets.device),
    relays: engine.relays(),
    floor: accountStatementsOf(log).map(({ hash }) => hash),
    seed: secrets.seed
  })
}
