import { asArray, asText, asUint, asVersion, decode, encode } from '../base/codec.ts'
import { idFromHex } from '../base/ids.ts'
import type { DeviceId } from '../base/ids.ts'
import type { KvStore } from '../ports/kv-store.ts'

/** Devices whose last address is remembered: the one met longest ago makes room. */
export const MET_KEPT = 64
const PREFIX = 'met/'
const ROW_BYTES = 256
const ADDRESS_BYTES = 64

interface Met {
  readonly address: string
  /** Counts meetings, so that no clock is needed to tell which was the last. */
  readonly number: number
}

/** Where other devices were last reached directly: dialled, and their key proved. */
export class MetDevices {
  private readonly kv: KvStore
  private readonly rows = new Map<DeviceId, Met>()
  private last = 0

  static async load(kv: KvStore): Promise<MetDevices> {
    const met = new MetDevices(kv)
    for await (const [key, value] of kv.range({
      gte: PREFIX,
      lt: 'met0',
      limit: 2 * MET_KEPT,
      onDamaged: () => undefined
    })) {
      try {
        met.put(idFromHex<DeviceId>(key.slice(PREFIX.length)), read(value))
      } catch {
        // Damaged: the device is found in another way, and the row is written anew.
      }
    }
    return met
  }

  private constructor(kv: KvStore) {
    this.kv = kv
  }

  peers(): DeviceId[] {
    return [...this.rows.keys()]
  }

  addressOf(peer: DeviceId): string | undefined {
    return this.rows.get(peer)?.address
  }

  async note(peer: DeviceId, address: string): Promise<void> {
    if (this.addressOf(peer) === address || address.length > ADDRESS_BYTES) return
    const met = { address, number: this.last + 1 }
    this.put(peer, met)
    const gone = this.rows.size > MET_KEPT ? this.oldest() : undefined
    if (gone !== undefined) this.rows.delete(gone)
    const value = encode([1, met.number, met.address])
    await this.kv.write([{ put: PREFIX + peer, value }, ...(gone === undefined ? [] : [{ del: PREFIX + gone }])])
  }

  private put(peer: DeviceId, met: Met): void {
    this.rows.set(peer, met)
    this.last = Math.max(this.last, met.number)
  }

  private oldest(): DeviceId | undefined {
    return [...this.rows].reduce<[DeviceId, Met] | undefined>(
      (least, row) => (least === undefined || row[1].number < least[1].number ? row : least),
      undefined
    )?.[0]
  }
}

function read(bytes: Uint8Array): Met {
  const [version, number, address] = asArray(decode(bytes, ROW_BYTES), 3)
  asVersion(version, 1)
  return { number: asUint(number), address: asText(address, ADDRESS_BYTES) }
}
