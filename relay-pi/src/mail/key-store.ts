import { asArray, asBytes, asVersion, decode, encode } from '@holdfast/core/base/codec'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import type { KeyId } from '@holdfast/core/sync/wire/envelope-bytes'
import { assertMailKeySigned, MAIL_KEY_BYTES, signedMailKey } from '@holdfast/core/sync/wire/key-bundle'
import type { SignedMailKey } from '@holdfast/core/sync/wire/key-bundle'

/** Keys of one device that are left, and the number of its last resort (0 for none). */
export interface KeysLeft {
  readonly left: readonly KeyId[]
  readonly lastResortNumber: number
}

/**
 * Keys that devices laid down here for others to seal envelopes to. Each key for one envelope is handed out once, and is
 * gone from the disk before it is; a device that has none left is written to with its last resort.
 */
export class KeyStore {
  private readonly kv: KvStore
  private readonly relay: DeviceId
  private last: Promise<unknown> = Promise.resolve()

  constructor(kv: KvStore, relay: DeviceId) {
    this.kv = kv
    this.relay = relay
  }

  /**
   * Keeps these keys of a device and forgets those withdrawn. Durable when it resolves, with what there is then. Throws
   * REFUSED (a key of somebody else, or for another relay), BAD_SIGNATURE, TOO_LARGE (more than a device may keep here).
   */
  keep(
    account: AccountId,
    device: DeviceId,
    keys: readonly SignedMailKey[],
    withdrawn: readonly KeyId[]
  ): Promise<KeysLeft> {
    return this.inTurn(() => this.keepAlone(account, device, keys, withdrawn))
  }

  /** One key for each of these devices that has laid any down. What was given out is never given again. */
  handOut(account: AccountId, devices: Iterable<DeviceId>): Promise<SignedMailKey[]> {
    return this.inTurn(async () => {
      const given: SignedMailKey[] = []
      const batch: KvChange[] = []
      for (const device of devices) {
        const [first] = await this.oneTime(account, device, 1)
        if (first !== undefined) batch.push({ del: first.row })
        const key = first?.key ?? (await this.lastResort(account, device))
        if (key !== undefined) given.push(key)
      }
      if (batch.length > 0) await this.kv.write(batch)
      return given
    })
  }

  private async keepAlone(
    account: AccountId,
    device: DeviceId,
    keys: readonly SignedMailKey[],
    withdrawn: readonly KeyId[]
  ): Promise<KeysLeft> {
    for (const signed of keys) {
      const { key } = signed
      if (key.account !== account || key.device !== device || key.relay !== this.relay)
        throw new HoldfastError('REFUSED')
      await assertMailKeySigned(signed)
    }
    const gone = new Set(withdrawn)
    const held = await this.oneTime(account, device, HELD_AT_MOST)
    const drop = held.filter(({ key }) => gone.has(key.key.id))
    const left = new Map(held.filter((one) => !drop.includes(one)).map(({ key }) => [key.key.id, key]))
    for (const key of keys) if (!key.key.isLastResort) left.set(key.key.id, key)
    if (left.size > LIMITS.oneTimeKeys) throw new HoldfastError('TOO_LARGE')
    const before = await this.lastResort(account, device)
    const last = [...keys, ...(before === undefined ? [] : [before])]
      .filter(({ key }) => key.isLastResort)
      .sort((a, b) => a.key.number - b.key.number)
      .at(-1)
    const batch: KvChange[] = drop.map(({ row }) => ({ del: row }))
    for (const key of keys) {
      if (!key.key.isLastResort) batch.push({ put: oneTimeRow(account, key), value: encodeRow(key) })
      else if (key === last) batch.push({ put: lastRow(account, device), value: encodeRow(key) })
    }
    if (batch.length > 0) await this.kv.write(batch)
    return { left: [...left.keys()], lastResortNumber: last?.key.number ?? 0 }
  }

  /** Oldest first. */
  private async oneTime(
    account: AccountId,
    device: DeviceId,
    limit: number
  ): Promise<{ row: string; key: SignedMailKey }[]> {
    const found: { row: string; key: SignedMailKey }[] = []
    const range = { gte: `mail-key/${account}/${device}/`, lt: `mail-key/${account}/${device}0`, limit }
    for await (const [row, value] of this.kv.range({ ...range, onDamaged: () => undefined }))
      found.push({ row, key: decodeRow(value) })
    return found
  }

  private async lastResort(account: AccountId, device: DeviceId): Promise<SignedMailKey | undefined> {
    const value = await this.kv.get(lastRow(account, device)).catch(() => undefined)
    return value === undefined ? undefined : decodeRow(value)
  }

  /** One after the other: no key twice, whoever asks at once. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work)
    this.last = done.catch(() => undefined)
    return done
  }
}

const HELD_AT_MOST = 4 * LIMITS.oneTimeKeys

function oneTimeRow(account: AccountId, { key }: SignedMailKey): string {
  return `mail-key/${account}/${key.device}/${key.number.toString(16).padStart(14, '0')}-${key.id}`
}

function lastRow(account: AccountId, device: DeviceId): string {
  return `mail-last/${account}/${device}`
}

function encodeRow({ bytes, signature }: SignedMailKey): Uint8Array {
  return encode([1, bytes, signature])
}

function decodeRow(value: Uint8Array): SignedMailKey {
  const [version, bytes, signature] = asArray(decode(value, 2 * MAIL_KEY_BYTES), 3)
  asVersion(version, 1)
  return signedMailKey(asBytes(bytes, { max: MAIL_KEY_BYTES }), asBytes(signature, 64))
}
