import { utf8 } from '@holdfast/core/base/bytes'
import { blake3Id } from '@holdfast/core/proof/blake3'
import type { BlobId, DeviceId, EntryHash, ObjectId, VaultId } from '@holdfast/core/base/ids'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import { KEY_SLOT_BYTES, makeRecord } from '@holdfast/core/log/record'
import type { ObjectRecord } from '@holdfast/core/log/record'
import { certify, testAccount, testEpoch, testGenesis, testObject } from '@holdfast/core/log/testing'
import type { TestAccount } from '@holdfast/core/log/testing'
import { sign } from '@holdfast/core/proof/sign'
import { decodeAccountReply, encodeAccountRequest } from '@holdfast/core/sync/wire/account-messages'
import type { AccountReply, AccountRequest } from '@holdfast/core/sync/wire/account-messages'
import { BlobExchange } from '@holdfast/core/sync/blobs/blob-exchange'
import { SyncSession } from '@holdfast/core/sync/session/session'
import { TestHome } from '@holdfast/core/sync/testing/test-home'
import { createHost } from '@holdfast/node/net/host'
import type { Host } from '@holdfast/core/net/host'
import type { Connection } from '@holdfast/core/net/connection'
import { PeerLinks } from '@holdfast/core/net/peer-link'
import { ACCOUNT_PROTOCOL } from '@holdfast/core/net/protocols'
import { createRpcClient } from '@holdfast/core/net/rpc'
import { systemClock, systemWait } from '../home/platform.ts'

/** Where a client finds a relay. */
export interface RelayAt {
  readonly relay: DeviceId
  readonly addresses: readonly string[]
}

/**
 * For tests: a device without secrets. Its entries are signed and its blobs have the right names, what is in them is
 * filler: to a relay that is all the same.
 */
export class Client {
  readonly home: TestHome
  readonly host: Host
  readonly exchange: BlobExchange
  private readonly links: PeerLinks

  private constructor(home: TestHome, host: Host, exchange: BlobExchange, links: PeerLinks) {
    this.home = home
    this.host = host
    this.exchange = exchange
    this.links = links
  }

  static async open(name: string, incarnation = 1): Promise<Client> {
    const home = await TestHome.open(name, { incarnation })
    const { device, replica, kv, blobs } = home
    const identity = {
      device: device.id,
      role: 'device' as const,
      sign: (label: Parameters<typeof sign>[0], bytes: Uint8Array) => sign(label, device.seed, bytes)
    }
    const ports = { replica, kv, blobs, identity, clock: systemClock, wait: systemWait }
    const exchange = await BlobExchange.open({ ...ports, takesIntents: false, pullsEverything: true })
    const host = await createHost({ key: device.seed, listen: [] })
    return new Client(home, host, exchange, await PeerLinks.listen(host, () => undefined))
  }

  get id(): DeviceId {
    return this.home.device.id
  }

  dial({ relay, addresses }: RelayAt): Promise<Connection> {
    return this.host.dial({ peerKey: relay, addresses })
  }

  /** Connects and syncs until the session or the connection ends. */
  async connect(at: RelayAt): Promise<SyncSession> {
    const link = await this.links.open(await this.dial(at))
    const session = new SyncSession({
      replica: this.home.replica,
      link,
      clock: systemClock,
      uploader: this.exchange.attach(link)
    })
    session.start()
    return session
  }

  async ask(at: RelayAt, request: AccountRequest): Promise<AccountReply> {
    const channel = await (await this.dial(at)).open(ACCOUNT_PROTOCOL)
    try {
      return decodeAccountReply((await createRpcClient(channel).request(encodeAccountRequest(request))).header)
    } finally {
      channel.abort()
    }
  }

  async register(at: RelayAt & { secret: Uint8Array }, account: TestAccount): Promise<AccountReply> {
    return this.ask(at, await registration(account, this, at.secret))
  }

  hostVault(at: RelayAt, genesis: UnverifiedEntry): Promise<AccountReply> {
    return this.ask(at, { kind: 'hostVault', genesisHeader: genesis.bytes.header, signature: genesis.bytes.signature })
  }

  /** A vault of this device's account with an epoch, the relay named and the other devices certified. */
  async makeVault(
    account: TestAccount,
    relay: RelayAt,
    others: readonly Client[] = []
  ): Promise<{ id: VaultId; genesis: UnverifiedEntry }> {
    const genesis = await testGenesis(account, this.home.device)
    const { id } = await this.home.replica.addVault(genesis.bytes)
    for (const other of others)
      await this.home.say(id, { kind: 'import', signed: await certify(account, other.home.device, this.home.device) })
    const info = { peer: relay.relay, name: 'pi', addresses: [...relay.addresses] }
    await this.home.say(id, { kind: 'relays', relays: [info], copies: 1, repairAfterMs: 1000 })
    await this.home.newEpoch(id, 'first')
    return { id, genesis }
  }

  /** An entry that brings one object made of these blobs, the first of which is its manifest. */
  async add(
    vault: VaultId,
    name: string,
    contents: readonly Uint8Array[]
  ): Promise<{ entry: EntryHash; record: ObjectRecord }> {
    const refs = contents.map((bytes) => ({ id: blake3Id<BlobId>(bytes), sizeBytes: bytes.length }))
    for (const [i, { id }] of refs.entries()) await this.home.blobs.put(id, contents[i]!)
    const [manifest, ...blobs] = refs
    const record = makeRecord({
      object: objectNamed(name),
      manifest: manifest!,
      blobs,
      epoch: testEpoch('first'),
      keySlot: new Uint8Array(KEY_SLOT_BYTES)
    })
    return { entry: await this.home.change(vault, name, { records: [record] }), record }
  }

  async close(): Promise<void> {
    await this.host.stop()
    await this.exchange.close()
    await this.home.replica.close()
  }
}

export async function registration(
  account: TestAccount,
  client: { home: Pick<TestHome, 'device'> },
  secret: Uint8Array
): Promise<Extract<AccountRequest, { kind: 'register' }>> {
  return {
    kind: 'register',
    secret,
    rootPublicKey: account.root,
    recoveryPublicKey: account.recovery,
    chain: [await certify(account, client.home.device)],
    name: 'somebody'
  }
}

export function objectNamed(name: string): ObjectId {
  return testObject(name)
}

/** Bytes that differ from those of any other name. */
export function filler(name: string, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  let state = utf8(name).reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 7)
  for (let i = 0; i < sizeBytes; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

export { testAccount }
