import { utf8 } from '../base/bytes.ts'
import { idFromBytes, idFromHex } from '../base/ids.ts'
import type { AccountId, DeviceId, EntryHash, EpochId, Incarnation, ObjectId } from '../base/ids.ts'
import { blake3 } from '../proof/blake3.ts'
import { ed25519PublicKey } from '../proof/ed25519.ts'
import { signAccountStatement } from './account-statement.ts'
import type { SignedStatement } from './account-statement.ts'
import type { DraftOptions } from './draft.ts'
import { PARENT_SECRET_BYTES, WRAP_BYTES } from './epoch-body.ts'
import type { UnverifiedEntry } from './entry.ts'
import { accountIdOf } from './genesis.ts'
import type { VaultKind } from './genesis.ts'
import type { PinList } from './pin-list.ts'
import { KEY_SLOT_BYTES, makeRecord } from './record.ts'
import type { ObjectRecord } from './record.ts'
import type { Statement } from './statement.ts'
import { VaultLog } from './vault-log.ts'
import type { Admission } from './vault-log.ts'
import { signEntry, signGenesis } from './write.ts'
import type { ClearBody } from './write.ts'

/**
 * Actors with keys made from their names, for tests of whatever stands on the log. They write real, signed entries;
 * what a log without secrets cannot open (payloads, wraps, key slots) is filler of the right size.
 */
export interface TestDevice {
  readonly id: DeviceId
  readonly seed: Uint8Array
  readonly xPublic: Uint8Array
  readonly name: string
}

export interface TestAccount {
  readonly id: AccountId
  readonly seed: Uint8Array
  readonly root: Uint8Array
  readonly recovery: Uint8Array
}

export async function testDevice(name: string): Promise<TestDevice> {
  const seed = bytesFor(`device ${name}`)
  const publicKey = await ed25519PublicKey(seed)
  return { id: idFromBytes<DeviceId>(publicKey), seed, xPublic: bytesFor(`x ${name}`), name }
}

export async function testAccount(name: string): Promise<TestAccount> {
  const seed = bytesFor(`root ${name}`)
  const root = await ed25519PublicKey(seed)
  return { id: accountIdOf(root), seed, root, recovery: bytesFor(`recovery ${name}`) }
}

/** Certificate by the root key, or by a device of the account. */
export function certify(account: TestAccount, device: TestDevice, issuer?: TestDevice): Promise<SignedStatement> {
  const { seed, key } = issuerOf(account, issuer)
  const { id, xPublic, name } = device
  return signAccountStatement({ kind: 'certify', account: account.id, issuer: key, device: id, xPublic, name }, seed)
}

export function revoke(
  account: TestAccount,
  device: TestDevice,
  issuer?: TestDevice,
  kept: TestDevice[] = []
): Promise<SignedStatement> {
  const { seed, key } = issuerOf(account, issuer)
  const keptIds = kept.map(({ id }) => id)
  return signAccountStatement(
    { kind: 'revoke', account: account.id, issuer: key, device: device.id, kept: keptIds, voidUnpinsFrom: [] },
    seed
  )
}

export async function testGenesis(
  account: TestAccount,
  device: TestDevice,
  kind: VaultKind = 'folder'
): Promise<UnverifiedEntry> {
  const chain = [await certify(account, device)]
  const documents = kind === 'account' ? 0 : kind === 'folder' ? 16 : 1
  const nonce = bytesFor('nonce').slice(0, 16)
  const genesis = { kind, documents, root: account.root, recovery: account.recovery, chain, nonce }
  return signGenesis(genesis, { device: device.id, incarnation: testIncarnation(1), timeMs: 1, seed: device.seed })
}

export function testIncarnation(n: number): Incarnation {
  return idFromHex<Incarnation>(n.toString(16).padStart(16, '0'), 8)
}

/** One device's replica of a vault: writes into its own log and takes entries of others. */
export class TestReplica {
  readonly device: TestDevice
  readonly log: VaultLog
  readonly entries: Map<EntryHash, UnverifiedEntry>
  incarnation: Incarnation

  private constructor(device: TestDevice, log: VaultLog, genesis: UnverifiedEntry, incarnation: number) {
    this.device = device
    this.log = log
    this.incarnation = testIncarnation(incarnation)
    this.entries = new Map([[genesis.hash, genesis]])
  }

  static async open(device: TestDevice, genesis: UnverifiedEntry, incarnation = 1): Promise<TestReplica> {
    return new TestReplica(device, await VaultLog.fromGenesis(genesis), genesis, incarnation)
  }

  /** Writes, verifies and admits an entry. */
  async write(
    kind: DraftOptions['kind'],
    payload: Uint8Array | ClearBody,
    options: WriteOptions = {}
  ): Promise<UnverifiedEntry> {
    const entry = await this.sign(kind, payload, options)
    await this.take(entry)
    return entry
  }

  /** Only signs: nobody has seen it yet. */
  async sign(
    kind: DraftOptions['kind'],
    payload: Uint8Array | ClearBody,
    options: WriteOptions = {}
  ): Promise<UnverifiedEntry> {
    const { epoch, pinList, documents } = options
    const { id: device, seed } = this.device
    const header = this.log.draft({
      device,
      incarnation: this.incarnation,
      kind,
      timeMs: 1,
      ...(epoch && { epoch }),
      ...(documents && { documents })
    })
    return signEntry(header, payload, seed, pinList ?? null)
  }

  say(...statements: Statement[]): Promise<UnverifiedEntry> {
    return this.write('statement', { kind: 'statement', statements })
  }

  /** A new epoch for exactly the members, continuing the last; first says again what removals nobody can build on. */
  async newEpoch(name: string): Promise<EpochId> {
    const epoch = testEpoch(name)
    const repeated = this.log.removalsToRepeat(this.device.id)
    if (repeated.length > 0) await this.say(...repeated)
    const parents = this.log
      .epochs()
      .slice(-1)
      .map(({ id }) => ({ epoch: id, sealed: new Uint8Array(PARENT_SECRET_BYTES) }))
    const { id: device } = this.device
    const header = this.log.draft({ device, incarnation: this.incarnation, kind: 'epoch', timeMs: 1 })
    const wraps = this.log.recipientsAt(header).map((to) => ({ ...to, sealed: new Uint8Array(WRAP_BYTES) }))
    await this.write('epoch', { kind: 'epoch', epoch, parents, wraps })
    return epoch
  }

  /** An index change under the epoch one may write under, with a payload of filler. */
  change(text: string, pinList?: PinList): Promise<UnverifiedEntry> {
    const epoch = this.log.writableEpoch()
    if (epoch === null) throw new Error('no epoch to write under')
    return this.write('change', utf8(text), { epoch, ...(pinList && { pinList }) })
  }

  /** Verifies and admits; throws if the entry has to wait. */
  async take(entry: UnverifiedEntry): Promise<Admission> {
    const verdict = await this.log.verify(entry)
    if (verdict.kind === 'waiting') throw new Error('ancestors are missing')
    if (verdict.kind === 'known') return { newlyCounted: [], uncounted: [], membershipChanged: false }
    this.entries.set(entry.hash, entry)
    return this.log.admit(verdict.entry)
  }

  /** Takes from another replica what that one offers and this one lacks. */
  async pull(other: TestReplica): Promise<void> {
    for (const hash of other.log.missingFor(this.log.heads())) {
      if (!this.log.has(hash)) await this.take(other.entries.get(hash)!)
    }
  }
}

export interface WriteOptions {
  readonly epoch?: EpochId
  readonly pinList?: PinList
  readonly documents?: readonly { number: number; commitment: Uint8Array }[]
}

export function testEpoch(name: string): EpochId {
  return idFromBytes<EpochId>(bytesFor(`epoch ${name}`))
}

/** A record of an object with as many blobs as named. */
export function testRecord(object: string, blobs: readonly string[] = []): ObjectRecord {
  const ref = (name: string): ObjectRecord['manifest'] => ({
    id: idFromBytes(bytesFor(`blob ${name}`)),
    sizeBytes: 1000
  })
  return makeRecord({
    object: testObject(object),
    manifest: ref(`manifest of ${object}`),
    blobs: blobs.map(ref),
    epoch: testEpoch('first'),
    keySlot: new Uint8Array(KEY_SLOT_BYTES)
  })
}

export function testObject(name: string): ObjectId {
  return idFromBytes<ObjectId>(bytesFor(`object ${name}`).slice(0, 16), 16)
}

function bytesFor(name: string): Uint8Array {
  return blake3(utf8(`test ${name}`))
}

function issuerOf(account: TestAccount, issuer: TestDevice | undefined): { seed: Uint8Array; key: DeviceId } {
  return issuer === undefined
    ? { seed: account.seed, key: idFromBytes<DeviceId>(account.root) }
    : { seed: issuer.seed, key: issuer.id }
}
