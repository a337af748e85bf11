import { after } from 'node:test'
import { systemWait } from '@holdfast/node/home/platform'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import type { SignedStatement } from '@holdfast/core/log/account-statement'
import { testDevice } from '@holdfast/core/log/testing'
import { encodeMailNotice } from '@holdfast/core/sync/wire/mail-messages'
import { HandClock, MapKv } from '@holdfast/core/sync/testing/map-stores'
import { makeCard } from '@holdfast/core/vault/contact-card'
import type { ContactCard } from '@holdfast/core/vault/contact-card'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import { seededRandom } from '@holdfast/core/vault/testing'
import { mailPerson } from '@holdfast/core/vault/testing-mail'
import type { MailPerson } from '@holdfast/core/vault/testing-mail'
import { Mail } from '@holdfast/core/engine/mail/mail'
import type { MailNetwork } from '@holdfast/core/engine/mail/mail'
import type { Received } from '@holdfast/core/engine/mail/mail-inbox'
import { systemTime } from '@holdfast/core/libp2p/system-time'
import type { Connection } from '@holdfast/core/net/connection'
import { FRAME } from '@holdfast/core/net/frame'
import { localChannels } from '@holdfast/core/net/local-channel'
import { serveRpc } from '@holdfast/core/net/rpc'
import { MailService } from '@holdfast/relay-pi/mail/mail-service'

const NOTHING = new Uint8Array(0)

export type Answer = { header: Uint8Array; body?: Uint8Array }
type Meddle = (header: Uint8Array, body: Uint8Array, honest: () => Promise<Answer>) => Promise<Answer>

/** The mail side of a relay, on a store in memory: the real service behind real frames. */
export class PostOffice {
  readonly id: DeviceId
  readonly kv = new MapKv()
  readonly clock = new HandClock()
  readonly hosted = new Map<AccountId, MailPerson>()
  /** Devices that the accounts have revoked, as their logs say here. */
  readonly revocations: SignedStatement[] = []
  isUp = true
  day = 1
  /** What a hostile relay does with a question instead of answering it. */
  meddle: Meddle = (_header, _body, honest) => honest()
  private service: MailService
  private open: Connection[] = []

  static async named(name: string): Promise<PostOffice> {
    return new PostOffice((await testDevice(name)).id)
  }

  private constructor(id: DeviceId) {
    this.id = id
    this.service = this.start()
  }

  host(person: MailPerson): void {
    this.hosted.set(person.account.id, person)
  }

  /** As after SIGKILL: what is not in the store is gone. */
  async restart(): Promise<void> {
    await this.goDown()
    this.service = this.start()
    this.isUp = true
  }

  async goDown(): Promise<void> {
    this.isUp = false
    await Promise.all(this.open.splice(0).map((connection) => connection.close()))
  }

  connect(from: DeviceId): Connection {
    if (!this.isUp) throw new HoldfastError('NO_PEER')
    const channels: { abort(): void }[] = []
    const connection: Connection = {
      peerKey: this.id,
      remoteAddress: '/memory',
      direction: 'outbound',
      open: async () => {
        const [near, far] = localChannels(systemTime)
        channels.push(near)
        const stream = this.service.stream(from, (newest) =>
          far.send({ kind: FRAME.message, id: 0, header: encodeMailNotice(newest), body: NOTHING })
        )
        void far.closed.then(() => stream.close())
        void serveRpc(far, (header, body) => {
          this.clock.now += 2000
          return this.meddle(header, body, () => stream.answer(header, body))
        })
        return near
      },
      close: async () => channels.forEach((channel) => channel.abort())
    }
    this.open.push(connection)
    return connection
  }

  private start(): MailService {
    return new MailService({
      kv: this.kv,
      clock: this.clock,
      relay: this.id,
      daysSeen: () => this.day,
      accountOf: (device) => [...this.hosted.values()].find((one) => has(one, device))?.account.id,
      isHosted: (account) => this.hosted.has(account),
      devicesOf: (account) => {
        const { statements, devices } = this.hosted.get(account)!
        return { statements: [...statements, ...this.revocations], living: devices.map(({ device }) => device) }
      }
    })
  }
}

/** One device of somebody, with everything it heard. */
export class Reader {
  readonly person: MailPerson
  readonly secrets: DeviceSecrets
  readonly kv = new MapKv()
  readonly heard: Received<'request'>[] = []
  readonly problems: ErrorCode[] = []
  readonly blocked = new Set<AccountId>()
  readonly trusted = new Set<AccountId>()
  day = 1
  /** Thrown by the handler instead of keeping anything. */
  failure: ErrorCode | undefined
  mail!: Mail
  private readonly offices: readonly PostOffice[]
  private readonly own: readonly PostOffice[]
  private connections: Connection[] = []

  /** `own`: relays of its account; `offices`: all there are. */
  constructor(person: MailPerson, secrets: DeviceSecrets, own: readonly PostOffice[], offices: readonly PostOffice[]) {
    this.person = person
    this.secrets = secrets
    this.own = own
    this.offices = offices
    this.start()
  }

  /** Connects to the own relays that are up, and exchanges everything once. */
  async meet(): Promise<void> {
    this.connections = this.own.filter(({ isUp }) => isUp).map((office) => office.connect(this.secrets.device))
    this.mail.online(this.network())
    await this.mail.exchange()
  }

  async leave(): Promise<void> {
    await this.mail.offline()
    await Promise.all(this.connections.map((connection) => connection.close()))
  }

  /** As after SIGKILL, on the same store. */
  async restart(): Promise<void> {
    await this.leave()
    this.start()
  }

  say(to: ContactCard, text: string): Promise<string> {
    return this.mail.send(to, { kind: 'request', text })
  }

  texts(): string[] {
    return this.heard.map(({ content }) => content.text)
  }

  private start(): void {
    const { person, secrets, kv } = this
    this.mail = new Mail({
      kv,
      random: seededRandom(`${secrets.device} ${kv.writes}`),
      wait: systemWait,
      secrets,
      account: person.account.id,
      daysSeen: () => this.day,
      ownCard: () => this.card(),
      ownRelays: () => this.own.map(({ id }) => ({ peer: id })),
      ownDevices: () => new Set(person.devices.map(({ device }) => device)),
      refuses: ({ account }) => (this.blocked.has(account) ? 'BLOCKED' : undefined),
      trusts: ({ account }) => this.trusted.has(account),
      mostLeft: 2,
      onProblem: (code) => this.problems.push(code)
    })
    const { mail } = this
    after(() => mail.offline()) // what waits for its time would keep the process
    this.mail.onContent('request', async (received) => {
      if (this.failure !== undefined) throw new HoldfastError(this.failure)
      this.heard.push(received)
    })
  }

  private card(): Promise<ContactCard> {
    const { account, statements } = this.person
    const chain = statements.filter(({ statement }, at) => at === 0 || statement.device === this.secrets.device)
    const { root, recovery } = account
    return makeCard({ root, recovery, name: 'x', chain, relays: [], floor: [], seed: this.secrets.seed })
  }

  private network(): MailNetwork {
    return {
      connections: () => this.connections,
      onConnection: () => () => undefined,
      borrow: async ({ peer }) => {
        const office = this.offices.find(({ id }) => id === peer)
        if (office === undefined) throw new HoldfastError('NO_PEER')
        const connection = office.connect(this.secrets.device)
        return { connection, release: () => void connection.close() }
      }
    }
  }
}

/** Somebody whose account is at these relays. */
export async function personAt(
  name: string,
  own: readonly PostOffice[],
  offices: readonly PostOffice[],
  devices = 1
): Promise<{ person: MailPerson; readers: Reader[]; card: ContactCard }> {
  const relays = own.map(({ id }) => ({ peer: id, name: 'pi', addresses: ['/memory'] }))
  const person = await mailPerson(name, { devices, relays })
  for (const office of own) office.host(person)
  const readers = person.devices.map((secrets) => new Reader(person, secrets, own, offices))
  return { person, readers, card: person.card }
}

/** Anna at one relay, Carl with as many devices at another one. */
export async function two(devices = 1): Promise<{
  north: PostOffice
  south: PostOffice
  anna: Reader
  carls: Reader[]
  carl: Awaited<ReturnType<typeof personAt>>
}> {
  const [north, south] = [await PostOffice.named('north'), await PostOffice.named('south')]
  const both = [north, south]
  const [anna] = (await personAt('anna', [north], both)).readers
  const carl = await personAt('carl', [south], both, devices)
  for (const reader of carl.readers) {
    await reader.meet()
    await reader.leave()
  }
  return { north, south, anna: anna!, carls: carl.readers, carl }
}

export const waitingAt = (office: PostOffice): number =>
  [...office.kv.rows.keys()].filter((key) => key.startsWith('mail/')).length

function has(person: MailPerson, device: DeviceId): boolean {
  return person.devices.some((one) => one.device === device)
}
