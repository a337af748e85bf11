import { utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { DERIVE } from '../base/labels.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'
import type { Random } from '../ports/random.ts'
import { deriveKey } from '../proof/blake3.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'

/** Rows of one home's store that hold secrets: each sealed under a key of the device, together with its place. */
export class SealedRows {
  private readonly o: { kv: KvStore; deviceSecret: Uint8Array; random: Random; prefix: string }

  /** `prefix` ends with a slash and is nobody else's. */
  constructor(options: { kv: KvStore; deviceSecret: Uint8Array; random: Random; prefix: string }) {
    this.o = options
  }

  async put(name: string, plaintext: Uint8Array): Promise<KvChange> {
    const key = this.o.prefix + name
    const value = await sealWithFreshSalt(DERIVE.deviceStore, this.secret(), plaintext, utf8(key), this.o.random)
    return { put: key, value }
  }

  del(name: string): KvChange {
    return { del: this.o.prefix + name }
  }

  /** Undefined where there is none, and where it is damaged: what it held is lost either way. */
  async get(name: string): Promise<Uint8Array | undefined> {
    const key = this.o.prefix + name
    try {
      const sealed = await this.o.kv.get(key)
      return sealed === undefined ? undefined : await this.open(key, sealed)
    } catch (error) {
      if (isHoldfastError(error, 'MALFORMED')) return undefined
      throw error
    }
  }

  /** By name, without those that are damaged. */
  async all(): Promise<[name: string, plaintext: Uint8Array][]> {
    const { kv, prefix } = this.o
    const found: [string, Uint8Array][] = []
    for await (const [key, sealed] of kv.range({ ...this.range(), onDamaged: () => undefined })) {
      const plaintext = await this.open(key, sealed)
      if (plaintext !== undefined) found.push([key.slice(prefix.length), plaintext])
    }
    return found
  }

  /** Takes what was deleted off the disk itself. */
  forget(): Promise<void> {
    return this.o.kv.compact(this.range())
  }

  private async open(key: string, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await openSealed(DERIVE.deviceStore, this.secret(), sealed, utf8(key))
    } catch (error) {
      if (isHoldfastError(error)) return undefined
      throw error
    }
  }

  private range(): { gte: string; lt: string } {
    return { gte: this.o.prefix, lt: `${this.o.prefix.slice(0, -1)}0` }
  }

  private secret(): Uint8Array {
    return deriveKey(DERIVE.deviceStore, this.o.deviceSecret, utf8(this.o.prefix))
  }
}
