import { equalBytes } from '../../base/bytes.ts'
import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { assertAccountRecord } from '../../log/account-record.ts'
import type { AccountRecord } from '../../log/account-record.ts'
import type { VaultLog } from '../../log/vault-log.ts'
import type { RelayInfo } from '../../log/statement.ts'
import { blake3 } from '../../proof/blake3.ts'
import type { VaultReplica } from '../../sync/replica/vault-replica.ts'
import { encodeContents, sealAccountRecord } from '../../vault/account-contents.ts'
import type { AccountContents } from '../../vault/account-contents.ts'
import { genesisBytes } from '../../vault/first-entry.ts'
import { ownChain } from '../../vault/found.ts'
import type { Floor } from '../../vault/pairing-messages.ts'
import type { Engine } from '../engine.ts'
import { askRelay } from '../relays/relay-client.ts'

/**
 * Sees to it that each relay of the account keeps a record from which the words alone bring it back. A relay gets a new
 * one when relays or epochs changed, when others have a higher number, and now and then when there is more to come back.
 */
export class AccountRecords {
  private readonly engine: Engine
  private readonly stopped = new AbortController()
  /** Number of the record of each connected relay, once that has been looked at. */
  private readonly theirs = new Map<DeviceId, number>()
  private readonly putMs = new Map<DeviceId, number>()
  private rows: Map<DeviceId, Row> | undefined
  private geneses: Pick<AccountContents, 'accountGenesis' | 'personalGenesis'> | undefined
  private waiting = false
  private running: Promise<void> = Promise.resolve()

  constructor(engine: Engine) {
    this.engine = engine
  }

  /** Something changed: looks a moment later, so that a burst of changes makes one record. */
  soon(): void {
    if (this.waiting || this.stopped.signal.aborted || !this.engine.isOnline) return
    this.waiting = true
    const { signal } = this.stopped
    void this.engine.home.wait(SOON_MS, signal).then(
      () => {
        this.waiting = false
        return this.look(false)
      },
      () => undefined
    )
  }

  /** Every connected relay has the newest when it resolves, as far as it takes it. Never rejects. */
  settle(): Promise<void> {
    return this.look(true)
  }

  async stop(): Promise<void> {
    this.stopped.abort()
    await this.running
  }

  private look(now: boolean): Promise<void> {
    this.running = this.running.then(async () => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        // It is tried again when something changes.
        const isInStep = await this.round(now).catch((error: unknown) => this.failed(null, error))
        if (isInStep) return
      }
    })
    return this.running
  }

  /** All connected relays get one number. False when another device was faster at one of them. */
  private async round(now: boolean): Promise<boolean> {
    if (!this.engine.isOnline || this.stopped.signal.aborted) return true
    const rows = (this.rows ??= await this.load())
    const connected = new Set(this.engine.network.connected())
    for (const peer of this.theirs.keys()) if (!connected.has(peer)) this.theirs.delete(peer)
    const relays = this.engine.relays().filter(({ peer }) => connected.has(peer))
    const drafts = await Promise.all(relays.map((relay) => this.draftFor(relay, now, rows.get(relay.peer))))
    const own = Math.max(0, ...[...rows.values()].map((row) => row.number))
    const { number, late } = nextNumber(own, drafts)
    const done = await Promise.all(
      late.map((draft) =>
        this.put(draft, number, rows).then(
          (highest) => highest <= number,
          (error: unknown) => this.failed(draft.relay.peer, error)
        )
      )
    )
    if (late.length > 0) await this.engine.home.kv.write([{ put: ROW, value: encodeRows(rows) }])
    return done.every((isInStep) => isInStep)
  }

  /** What keeps the words from bringing everything back is said. True: trying again at once would not help. */
  private failed(peer: DeviceId | null, error: unknown): true {
    const code = isHoldfastError(error) ? error.code : 'INTERNAL'
    const isLost = code === 'DISCONNECTED' || code === 'ABORTED' // the next connection looks again
    if (!isLost && !this.stopped.signal.aborted) this.engine.home.replica.problem({ vault: null, peer, code })
    return true
  }

  private async draftFor(relay: RelayInfo, now: boolean, row: Row | undefined): Promise<Draft> {
    const contents = await this.contentsFor(relay.peer)
    const [lasting, all] = [blake3(lastingPart(this.engine, contents)), blake3(encodeContents(contents))]
    const isOther = row === undefined || !equalBytes(row.lasting, lasting)
    const changed = isOther || (this.isTime(relay, now) && !equalBytes(row.all, all))
    const theirs = this.theirs.get(relay.peer) ?? (await this.numberAt(relay).catch(() => undefined))
    if (theirs !== undefined) this.theirs.set(relay.peer, theirs)
    const isAsked = theirs !== undefined // who does not answer takes nothing either
    return { relay, contents, lasting, all, changed: changed && isAsked, theirs: theirs ?? 0, isAsked }
  }

  /** Heads alone are worth a record every so often, and when a command ends. */
  private isTime({ peer }: RelayInfo, now: boolean): boolean {
    const lastMs = this.putMs.get(peer)
    return now || lastMs === undefined || this.engine.home.clock.monotonicMs() - lastMs > HEADS_EVERY_MS
  }

  /** Number of the record the relay has; 0 for none, and for one that no device made that is of this account now. */
  private async numberAt(relay: RelayInfo): Promise<number> {
    const { home, accountVault } = this.engine
    const { record } = await this.ask(relay, (connection) => askRelay(connection, { kind: 'record' }, 'record'))
    if (record === null) return 0
    try {
      await assertAccountRecord(record, home.state.root)
      return isByLiving(record, accountVault.log) ? record.number : 0
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      home.replica.problem({ vault: null, peer: relay.peer, code: 'PEER_LIES' })
      return 0
    }
  }

  /** Resolves with the highest number the relay has now. */
  private async put(draft: Draft, number: number, rows: Map<DeviceId, Row>): Promise<number> {
    const { home, accountVault } = this.engine
    const { relay, contents, lasting, all } = draft
    const record = await sealAccountRecord(contents, {
      keys: home.state,
      number,
      chain: ownChain(accountVault.log, home.secrets.device),
      secrets: home.secrets,
      random: home.random
    })
    const kept = await this.ask(relay, (connection) =>
      askRelay(connection, { kind: 'putRecord', record }, 'recordKept')
    )
    if (kept.number === number) {
      this.theirs.set(relay.peer, number)
      this.putMs.set(relay.peer, home.clock.monotonicMs())
      rows.set(relay.peer, { number, lasting, all })
    } else this.theirs.delete(relay.peer)
    return kept.number
  }

  private async ask<T>(
    { peer, addresses }: RelayInfo,
    question: (connection: Parameters<typeof askRelay>[0]) => Promise<T>
  ): Promise<T> {
    const { host } = this.engine.network
    return question(await host.dial({ peerKey: peer, addresses: [...addresses] }, { signal: this.stopped.signal }))
  }

  private async contentsFor(relay: DeviceId): Promise<AccountContents> {
    const { accountVault, personal, home } = this.engine
    const others = home.replica.vaults().filter(({ id }) => id !== accountVault.id && id !== personal.id)
    const vaults = [accountVault, personal.replica, ...others].slice(0, LIMITS.recordFloors)
    return {
      ...(this.geneses ??= {
        accountGenesis: await genesisBytes(accountVault),
        personalGenesis: await genesisBytes(personal.replica)
      }),
      relays: this.engine.relays(),
      floors: vaults.flatMap((vault) => floorAt(vault, relay) ?? [])
    }
  }

  private async load(): Promise<Map<DeviceId, Row>> {
    const bytes = await this.engine.home.kv.get(ROW).catch(() => undefined) // damaged: it is put anew
    try {
      return bytes === undefined ? new Map() : decodeRows(bytes)
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      return new Map()
    }
  }
}

/** One number for all relays, and whose record is replaced by it: all that are older, and at the highest number what has changed. */
export function nextNumber<D extends Pick<Draft, 'changed' | 'theirs' | 'isAsked'>>(
  own: number,
  drafts: readonly D[]
): { number: number; late: readonly D[] } {
  const known = Math.max(own, ...drafts.map(({ theirs }) => theirs))
  const most = LIMITS.accountRecordNumber
  const number = drafts.some(({ changed }) => changed) ? Math.min(known + 1, most) : known
  const late = drafts.filter(
    ({ theirs, isAsked, changed }) => isAsked && (theirs < number || (changed && number === most))
  )
  return { number, late }
}

/** A number that a thief wrote counts no more once the account's log has revoked the device: relays replace that record. */
export function isByLiving({ account, chain }: AccountRecord, log: VaultLog): boolean {
  if (!chain.some(({ statement }) => log.isRevoked(statement.device))) return true
  return log.membership().accounts.get(account)?.devices.has(chain.at(-1)!.statement.device) === true
}

interface Draft extends Omit<Row, 'number'> {
  readonly relay: RelayInfo
  readonly contents: AccountContents
  readonly changed: boolean
  readonly theirs: number
  readonly isAsked: boolean
}

interface Row {
  readonly number: number
  readonly lasting: Uint8Array
  readonly all: Uint8Array
}

const SOON_MS = 2_000
const MOST_TRIES = 3
const HEADS_EVERY_MS = 10 * 60_000
const ROW = 'home/account-records'

/** What a relay says it holds of a vault: nobody who comes back may be shown less by it. */
function floorAt(vault: VaultReplica, relay: DeviceId): Floor | undefined {
  const heads = vault.statementHeads(relay).filter(({ hash }) => vault.log.has(hash))
  if (heads.length === 0) return undefined
  const pasts = heads.map(({ hash }) => vault.log.pastOf(hash))
  const tips = heads.filter(({ hash }, i) => pasts.every((past, j) => i === j || !past.includes(hash)))
  return { vault: vault.id, heads: tips.slice(0, LIMITS.recordFloorHeads), epochs: [] }
}

/** Without the heads, and with what must be in a record soon. */
function lastingPart({ home }: Engine, contents: AccountContents): Uint8Array {
  const epochs = home.replica
    .vaults()
    .map(({ id, log }) => [idValue(id), ...log.epochs().map((epoch) => idValue(epoch.id))])
  return encode([encodeContents({ ...contents, floors: [] }), epochs])
}

function encodeRows(rows: ReadonlyMap<DeviceId, Row>): Uint8Array {
  return encode([1, [...rows].map(([relay, { number, lasting, all }]) => [idValue(relay), number, lasting, all])])
}

function decodeRows(bytes: Uint8Array): Map<DeviceId, Row> {
  const [version, rows] = asArray(decode(bytes, ROWS_BYTES), 2)
  asVersion(version, 1)
  return new Map(
    asArray(rows, { max: MOST_ROWS }).map((row) => {
      const [relay, number, lasting, all] = asArray(row, 4)
      return [asId<DeviceId>(relay), { number: asUint(number), lasting: asBytes(lasting, 32), all: asBytes(all, 32) }]
    })
  )
}

const MOST_ROWS = 256
const ROWS_BYTES = MOST_ROWS * 128
