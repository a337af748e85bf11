import { equalBytes } from '../../base/bytes.ts'
import { asArray, asBytes, asVersion, decode, encode } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { decodeHeadStatement, verifyHeadStatement } from '../../log/head-statement.ts'
import type { HeadStatement, SignedHeadStatement } from '../../log/head-statement.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { StatementNumber } from './heads.ts'

export interface HeldStatement {
  readonly statement: HeadStatement
  readonly signed: SignedHeadStatement
}

/**
 * The newest head statement of each device of one vault: what everybody holds, told by itself. A statement only makes
 * way for one with a higher number; whoever signs two with one number was rolled back.
 */
export class StatementBook {
  readonly #kv: KvStore
  readonly #vault: VaultId
  readonly #held = new Map<DeviceId, HeldStatement>()

  private constructor(kv: KvStore, vault: VaultId) {
    this.#kv = kv
    this.#vault = vault
  }

  static async open(kv: KvStore, vault: VaultId): Promise<StatementBook> {
    const book = new StatementBook(kv, vault)
    for await (const [, value] of kv.range({ gte: prefix(vault), lt: `${prefix(vault)}~` })) {
      const [version, bytes, signature] = asArray(decode(value, ROW_BYTES), 3)
      asVersion(version, 1)
      const signed = { bytes: asBytes(bytes, { max: ROW_BYTES }), signature: asBytes(signature, 64) }
      const statement = decodeHeadStatement(signed.bytes)
      book.#held.set(statement.device, { statement, signed })
    }
    return book
  }

  get(device: DeviceId): HeldStatement | undefined {
    return this.#held.get(device)
  }

  all(): HeldStatement[] {
    return [...this.#held.values()]
  }

  numbers(): StatementNumber[] {
    return [...this.#held.values()].map(({ statement: { device, number } }) => ({ device, number }))
  }

  /**
   * Verifies and keeps those that are newer, durably. `isMember`: who may make any. Returns what is new here, and who was
   * caught with two statements of one number. Others than members'
   * are left out. Throws BAD_SIGNATURE or MALFORMED.
   */
  async accept(
    signed: readonly SignedHeadStatement[],
    isMember: (device: DeviceId) => boolean
  ): Promise<{ fresh: HeldStatement[]; rolledBack: DeviceId[] }> {
    const fresh = new Map<DeviceId, HeldStatement>()
    const rolledBack: DeviceId[] = []
    for (const one of signed) {
      const { vault, device, number } = decodeHeadStatement(one.bytes)
      if (vault !== this.#vault) throw new HoldfastError('MALFORMED', 'a head statement of another vault')
      const held = fresh.get(device) ?? this.#held.get(device)
      if (held !== undefined && number < held.statement.number) continue
      // Somebody whose certificate has not arrived here yet: it is told again another time.
      if (!isMember(device)) continue
      const statement = await verifyHeadStatement(one)
      if (held === undefined || number > held.statement.number) fresh.set(device, { statement, signed: one })
      else if (!equalBytes(held.signed.bytes, one.bytes)) rolledBack.push(device)
    }
    await this.#keep([...fresh.values()])
    return { fresh: [...fresh.values()], rolledBack }
  }

  /** This home's own statement, signed just now. */
  async put(own: HeldStatement): Promise<void> {
    await this.#keep([own])
  }

  async #keep(statements: readonly HeldStatement[]): Promise<void> {
    if (statements.length === 0) return
    await this.#kv.write(
      statements.map(({ statement, signed }) => ({
        put: prefix(this.#vault) + statement.device,
        value: encode([1, signed.bytes, signed.signature])
      }))
    )
    for (const one of statements) this.#held.set(one.statement.device, one)
  }
}

function prefix(vault: VaultId): string {
  return `sync-statement/${vault}/`
}

const ROW_BYTES = 1024 + LIMITS.logsPerVault * 96
