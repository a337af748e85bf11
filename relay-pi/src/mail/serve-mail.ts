import type { AccountId } from '@holdfast/core/base/ids'
import { accountStatementsIn } from '@holdfast/core/log/account-statements'
import { encodeMailNotice } from '@holdfast/core/sync/wire/mail-messages'
import { FRAME } from '@holdfast/core/net/frame'
import type { Host } from '@holdfast/core/net/host'
import { MAIL_PROTOCOL } from '@holdfast/core/net/protocols'
import { serveRpc } from '@holdfast/core/net/rpc'
import { systemClock } from '../home/platform.ts'
import type { Relay } from '../relay/relay.ts'
import { MailService } from './mail-service.ts'
import type { HostedDevices } from './mail-service.ts'

/** The mailboxes of an opened relay. */
export function mailServiceOf({ kv, key, exchange, accounts, hosting }: Relay): MailService {
  return new MailService({
    kv,
    clock: systemClock,
    relay: key.peer,
    daysSeen: () => exchange.seenTime.daysSeen,
    accountOf: (device) => accounts.accountOf(device),
    isHosted: (account) => accounts.has(account),
    devicesOf: (account) => devicesOf(hosting, account)
  })
}

/** Answers the mail protocol on this host. */
export async function serveMail(host: Host, service: MailService): Promise<void> {
  await host.handle(
    MAIL_PROTOCOL,
    (channel, peer) => {
      const stream = service.stream(peer, (newest) =>
        channel.send({ kind: FRAME.message, id: 0, header: encodeMailNotice(newest), body: NOTHING })
      )
      void channel.closed.then(() => stream.close())
      const answer = (header: Uint8Array, body: Uint8Array) => stream.answer(header, body)
      void serveRpc(channel, answer, { maxConcurrent: MAX_CONCURRENT })
    },
    { maxInboundStreams: 3 }
  )
}

/** Each may hold an envelope or an answer of a quarter MiB, and strangers may ask. */
const MAX_CONCURRENT = 2
const NOTHING = new Uint8Array(0)

function devicesOf(hosting: Relay['hosting'], account: AccountId): HostedDevices | undefined {
  const vault = hosting.vaultsOf(account).find(({ log }) => log.genesis.kind === 'account')
  if (vault === undefined) return undefined
  const living = vault.log.membership().accounts.get(account)?.devices.keys() ?? []
  return { statements: accountStatementsIn(vault.log, account), living }
}
