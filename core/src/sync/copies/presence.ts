import { asArray, asId, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { idFromHex } from '../../base/ids.ts'
import type { DeviceId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'

/**
 * How long each relay of each vault has not been met, in time that this home itself ran and was in touch with others: a
 * laptop that sleeps, or stands in a tunnel, takes nobody for lost. No wall clock is asked.
 */
export class Presence {
  readonly #kv: KvStore
  readonly #clock: Clock
  readonly #vaults = new Map<VaultId, Seen>()

  private constructor(kv: KvStore, clock: Clock) {
    this.#kv = kv
    this.#clock = clock
  }

  /** Throws MALFORMED when a row is damaged. */
  static async open(kv: KvStore, clock: Clock): Promise<Presence> {
    const presence = new Presence(kv, clock)
    for await (const [key, value] of kv.range({ gte: PREFIX, lt: AFTER })) {
      const [version, touchMs, relays] = asArray(decode(value, ROW_BYTES), 3)
      asVersion(version, 1)
      const seen = presence.#seen(idFromHex<VaultId>(key.slice(PREFIX.length)))
      seen.touchMs = seen.savedMs = asUint(touchMs)
      for (const item of asArray(relays, { max: LIMITS.relays })) {
        const [relay, atMs] = asArray(item, 2)
        seen.lastMs.set(asId<DeviceId>(relay), asUint(atMs))
      }
    }
    return presence
  }

  /** A link to this peer speaks of the vault. `inTouch`: what is not met meanwhile counts as missing. */
  met(vault: VaultId, peer: DeviceId, inTouch: boolean): void {
    const seen = this.#seen(vault)
    this.#advance(seen)
    const links = seen.links.get(peer)
    seen.links.set(peer, { count: (links?.count ?? 0) + 1, inTouch })
    seen.lastMs.delete(peer)
  }

  unmet(vault: VaultId, peer: DeviceId): void {
    const seen = this.#seen(vault)
    this.#advance(seen)
    const links = seen.links.get(peer)
    if (links === undefined) return
    if (links.count > 1) return void seen.links.set(peer, { ...links, count: links.count - 1 })
    seen.links.delete(peer)
    seen.lastMs.set(peer, seen.touchMs)
  }

  /** Milliseconds for which this relay of the vault has not been met; 0 while it is. */
  unseenMs(vault: VaultId, relay: DeviceId): number {
    const seen = this.#seen(vault)
    this.#advance(seen)
    if (seen.links.has(relay)) return 0
    const lastMs = seen.lastMs.get(relay)
    if (lastMs === undefined) seen.lastMs.set(relay, seen.touchMs)
    return seen.touchMs - (lastMs ?? seen.touchMs)
  }

  isMet(vault: VaultId, relay: DeviceId): boolean {
    return this.#seen(vault).links.has(relay)
  }

  /** Keeps what has grown by `stepMs` since it was kept. `relaysOf`: who is worth keeping. */
  async save(relaysOf: (vault: VaultId) => readonly DeviceId[], stepMs: number): Promise<void> {
    const changes: KvChange[] = []
    for (const [vault, seen] of this.#vaults) {
      this.#advance(seen)
      const absent = relaysOf(vault).filter((relay) => !seen.links.has(relay))
      if (absent.length === 0 || seen.touchMs - seen.savedMs < stepMs) continue
      seen.savedMs = seen.touchMs
      const rows = absent.map((relay) => [idValue(relay), seen.lastMs.get(relay) ?? seen.touchMs])
      changes.push({ put: PREFIX + vault, value: encode([1, seen.touchMs, rows]) })
    }
    if (changes.length > 0) await this.#kv.write(changes)
  }

  #seen(vault: VaultId): Seen {
    const known = this.#vaults.get(vault)
    if (known !== undefined) return known
    const seen: Seen = { links: new Map(), lastMs: new Map(), touchMs: 0, savedMs: 0, atMs: this.#clock.monotonicMs() }
    this.#vaults.set(vault, seen)
    return seen
  }

  #advance(seen: Seen): void {
    const nowMs = Math.round(this.#clock.monotonicMs())
    const inTouch = [...seen.links.values()].some((links) => links.inTouch)
    if (inTouch) seen.touchMs += Math.max(0, nowMs - Math.round(seen.atMs))
    seen.atMs = nowMs
  }
}

interface Seen {
  /** Peers that speak of the vault now. */
  readonly links: Map<DeviceId, { readonly count: number; readonly inTouch: boolean }>
  /** `touchMs` when each was last met. */
  readonly lastMs: Map<DeviceId, number>
  /** Running time in touch with others. */
  touchMs: number
  savedMs: number
  atMs: number
}

const PREFIX = 'presence/'
const AFTER = 'presence0'
/** Some sixty bytes a relay. */
const ROW_BYTES = 4096
