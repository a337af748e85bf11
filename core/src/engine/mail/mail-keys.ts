import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { idFromBytes } from '../../base/ids.ts'
import type { AccountId, DeviceId } from '../../base/ids.ts'
import { SIGN } from '../../base/labels.ts'
import { LIMITS } from '../../base/limits.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'
import type { Random } from '../../ports/random.ts'
import { x25519PublicKey } from '../../secret/hpke.ts'
import { KEY_ID_BYTES } from '../../sync/wire/envelope-bytes.ts'
import type { KeyId } from '../../sync/wire/envelope-bytes.ts'
import { encodeMailKey, signedMailKey } from '../../sync/wire/key-bundle.ts'
import type { SignedMailKey } from '../../sync/wire/key-bundle.ts'
import { SealedRows } from '../../vault/sealed-rows.ts'
import type { DeviceSecrets } from '../../vault/secrets.ts'
import type { MailLine } from './mail-line.ts'

export interface MailKeysOptions {
  readonly kv: KvStore
  readonly random: Random
  readonly secrets: DeviceSecrets
  readonly account: AccountId
  /** Days on which this home ran. */
  readonly daysSeen: () => number
}

/**
 * The keys of this device that envelopes are sealed to: secrets at rest here, public halves at each own relay. A key for one
 * envelope is destroyed when that is safe, the last resort replaced every week; what was handed out and never came is
 * forgotten when no relay keeps an envelope for so long.
 */
export class MailKeys {
  private readonly o: MailKeysOptions
  private readonly rows: SealedRows
  private last: Promise<unknown> = Promise.resolve()
  private destroyed = false

  constructor(options: MailKeysOptions) {
    this.o = options
    const { kv, random, secrets } = options
    this.rows = new SealedRows({ kv, random, deviceSecret: secrets.xSecret, prefix: 'mail-key/' })
  }

  async secretOf(id: KeyId): Promise<Uint8Array | undefined> {
    const row = await this.rows.get(id)
    return row === undefined ? undefined : decodeRow(row).secret
  }

  /** What destroys the key that an envelope was sealed to, for the batch that says the envelope is dealt with. Nothing for a last resort. */
  async used(id: KeyId): Promise<KvChange[]> {
    const row = await this.rows.get(id)
    if (row === undefined || decodeRow(row).isLastResort) return []
    this.destroyed = true
    return [this.rows.del(id)]
  }

  /** Takes secrets that were destroyed since the start off the disk too. */
  async forget(): Promise<void> {
    if (!this.destroyed) return
    this.destroyed = false
    await this.rows.forget()
  }

  /** Sees to it that the relay has enough keys of this device. One after the other: no two uploads have one number. */
  topUp(line: MailLine): Promise<void> {
    const done = this.last.then(() => this.topUpAlone(line))
    this.last = done.catch(() => undefined)
    return done
  }

  private async topUpAlone(line: MailLine): Promise<void> {
    const asked = await line.ask({ kind: 'keys', keys: [], withdrawn: [] })
    const today = this.o.daysSeen()
    const mine = await this.at(line.relay)
    const withdrawn = asked.reply.left.filter((id) => !mine.has(id))
    const missing = LIMITS.oneTimeKeys - (asked.reply.left.length - withdrawn.length)
    const newest = [...mine.values()]
      .filter(({ isLastResort }) => isLastResort)
      .sort(byNumber)
      .at(-1)
    const number = 1 + Math.max(asked.reply.lastResortNumber, ...[...mine.values()].map((key) => key.number))
    const needsLast =
      newest === undefined ||
      newest.number !== asked.reply.lastResortNumber ||
      newest.day + LIMITS.lastResortDays <= today
    const left = new Set(asked.reply.left)
    const handedOut = [...mine].filter(([id, key]) => key !== newest && !left.has(id))
    const old = handedOut
      .sort(([, a], [, b]) => byNumber(b, a))
      .filter(([, key], at) => at >= HANDED_OUT_KEPT || key.day + DAYS_KEPT < today)
    const batch: KvChange[] = old.map(([id]) => this.rows.del(id))
    if (batch.length > 0) this.destroyed = true
    const keys: SignedMailKey[] = []
    for (let i = 0; i < missing + (needsLast ? 1 : 0); i++)
      keys.push(await this.make({ relay: line.relay, number, isLastResort: i === missing, day: today }, batch))
    if (keys.length === 0 && withdrawn.length === 0) return
    // Secrets first: a public key whose secret is not safe here must never reach anybody.
    if (batch.length > 0) await this.o.kv.write(batch)
    await line.ask({ kind: 'keys', keys, withdrawn })
  }

  private async make(row: Omit<KeyRow, 'secret'>, batch: KvChange[]): Promise<SignedMailKey> {
    const { random, account, secrets } = this.o
    const secret = random.bytes(32)
    const id = idFromBytes<KeyId>(random.bytes(KEY_ID_BYTES), KEY_ID_BYTES)
    batch.push(await this.rows.put(id, encodeRow({ ...row, secret })))
    const { relay, number, isLastResort } = row
    const xPublic = await x25519PublicKey(secret)
    const bytes = encodeMailKey({ account, device: secrets.device, relay, number, isLastResort, id, xPublic })
    return signedMailKey(bytes, await secrets.sign(SIGN.keyBundle, bytes))
  }

  private async at(relay: DeviceId): Promise<Map<KeyId, KeyRow>> {
    const found = new Map<KeyId, KeyRow>()
    for (const [name, bytes] of await this.rows.all()) {
      const row = decodeRow(bytes)
      if (row.relay === relay) found.set(name as KeyId, row)
    }
    return found
  }
}

/** Longer than any relay keeps an envelope, and than the last resort is handed out. */
const DAYS_KEPT = LIMITS.keyDays + LIMITS.lastResortDays
/** Of one relay, which may claim to have handed out everything whenever it is asked. */
const HANDED_OUT_KEPT = 4096
const ROW_BYTES = 256

interface KeyRow {
  readonly secret: Uint8Array
  readonly relay: DeviceId
  readonly number: number
  readonly isLastResort: boolean
  /** On which it was made, in days of this home's running. */
  readonly day: number
}

function encodeRow({ secret, relay, number, isLastResort, day }: KeyRow): Uint8Array {
  return encode([1, secret, idValue(relay), number, isLastResort ? 1 : 0, day])
}

function decodeRow(bytes: Uint8Array): KeyRow {
  const [version, secret, relay, number, last, day] = asArray(decode(bytes, ROW_BYTES), 6)
  asVersion(version, 1)
  return {
    secret: asBytes(secret, 32),
    relay: asId<DeviceId>(relay),
    number: asUint(number),
    isLastResort: asUint(last, 1) === 1,
    day: asUint(day)
  }
}

function byNumber(a: KeyRow, b: KeyRow): number {
  return a.number - b.number
}
