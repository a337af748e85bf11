import { asArray, asIds, asUint, encode, idValue } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { toHex } from '../../base/bytes.ts'
import { HoldfastError } from '../../base/errors.ts'
import { idBytes, splitLogId } from '../../base/ids.ts'
import type { LogId, RecordHash, VaultId } from '../../base/ids.ts'
import { DERIVE } from '../../base/labels.ts'
import { LIMITS } from '../../base/limits.ts'
import { assertAscending } from '../../log/header.ts'
import { deriveKey } from '../../proof/blake3.ts'
import type { LogPosition } from '../session/effects.ts'
import { asLog } from './heads.ts'

/**
 * Which live objects of a vault lie whole on a device (FORMAT.md 7.1): all but these, or these only. What a device says counts where
 * copies are shown, and nowhere else: relays prove what they hold, devices are free to let go of it.
 */
export interface HeldObjects {
  readonly kind: 'allBut' | 'only'
  /** At most `heldRecords`, ascending. */
  readonly records: readonly RecordHash[]
}

/** The same, as of these positions: `allBut` says nothing of what came after them. `only` needs none. */
export interface Holdings extends HeldObjects {
  readonly upTo: readonly LogPosition[]
}

export function holdingsOf({ kind, records }: HeldObjects, heads: readonly LogPosition[]): Holdings {
  const upTo = kind === 'only' ? [] : heads.map(({ log, seq }) => ({ log, seq }))
  return { kind, records, upTo: upTo.sort((a, b) => (a.log < b.log ? -1 : 1)) }
}

/** Keyed by the vault, like the digest of its heads. Hex of 32 bytes. */
export function holdingsDigest(vault: VaultId, holdings: Holdings): string {
  return toHex(deriveKey(DERIVE.holdings, idBytes(vault), encode(holdingsValue(holdings))))
}

export function holdingsValue({ kind, upTo, records }: Holdings): Value[] {
  const positions = upTo.map(({ log, seq }) => {
    const { device, incarnation } = splitLogId(log)
    return [idValue(device), idValue(incarnation), seq]
  })
  return [KINDS.indexOf(kind), positions, records.map(idValue)]
}

/** Throws MALFORMED, also when something is said twice or out of order. */
export function asHoldings(items: readonly (Value | undefined)[]): Holdings {
  const [which, positions, held] = asArray(items as Value[], 3)
  const kind = KINDS[asUint(which, 1)]!
  const upTo = asArray(positions, { max: LIMITS.logsPerVault }).map((item) => {
    const [device, incarnation, seq] = asArray(item, 3)
    return { log: asLog(device, incarnation), seq: asUint(seq) }
  })
  if (kind === 'only' && upTo.length > 0) throw new HoldfastError('MALFORMED')
  assertAscending(upTo.map(({ log }) => log))
  const records = asIds<RecordHash>(held, LIMITS.heldRecords)
  assertAscending(records)
  return { kind, upTo, records }
}

/** What one peer said of one vault, to be looked things up in. */
export class PeerHeld {
  readonly holdings: Holdings
  readonly digest: string
  readonly #records: ReadonlySet<RecordHash>
  readonly #upTo: ReadonlyMap<LogId, number>

  constructor(vault: VaultId, holdings: Holdings) {
    this.holdings = holdings
    this.digest = holdingsDigest(vault, holdings)
    this.#records = new Set(holdings.records)
    this.#upTo = new Map(holdings.upTo.map(({ log, seq }) => [log, seq]))
  }

  /** `broughtAt`: where the entries stand that bring the record. */
  has(record: RecordHash, broughtAt: readonly LogPosition[]): boolean {
    const isListed = this.#records.has(record)
    if (this.holdings.kind === 'only') return isListed
    return !isListed && broughtAt.some(({ log, seq }) => seq <= (this.#upTo.get(log) ?? 0))
  }
}

const KINDS: readonly HeldObjects['kind'][] = ['allBut', 'only']
