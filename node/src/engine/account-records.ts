import { equalBytes } from '@holdfast/core/base/bytes'
import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '@holdfast/core/base/codec'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import { assertAccountRecord } from '@holdfast/core/log/account-record'
import type { RelayInfo } from '@holdfast/core/log/statement'
import { blake3 } from '@holdfast/core/proof/blake3'
import type { VaultReplica } from '@holdfast/core/sync/vault-replica'
import { encodeContents, sealAccountRecord } from '@holdfast/core/vault/account-contents'
import type { AccountContents } from '@holdfast/core/vault/account-contents'
import { ownChain } from '@holdfast/core/vault/found'
import type { Floor, GenesisBytes } from '@holdfast/core/vault/pairing-messages'
import { systemWait } from '../home/platform.ts'
import type { Engine } from './engine.ts'
import { askRelay } from './relay-client.ts'

/**
 * Sees to it that each relay of the account keeps a record from which the words alone bring it back. A relay gets a new
 * one when relays or epochs changed, when others have a higher number, and now and then when there is more to come back.
 */
export class AccountRecords {
  private readonly engine: Engine
  private readonly stopped = new AbortController()
  /** Relays whose own record has been looked at since they were connected. */
  private readonly looked = new Set<DeviceId>()
  private readonly putMs = new Map<DeviceId, number>()
  private rows: Map<DeviceId, Row> | undefined
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
    void systemWait(SOON_MS, signal).then(
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
      if (!this.engine.isOnline || this.stopped.signal.aborted) return
      const connected = new Set(this.engine.network.connected())
      for (const peer of this.looked) if (!connected.has(peer)) this.looked.delete(peer)
      for (const relay of this.engine.relays())
        if (connected.has(relay.peer)) await this.lookAt(relay, now).catch(() => undefined) // it is tried again
    })
    return this.running
  }

  private async lookAt(relay: RelayInfo, now: boolean): Promise<void> {
    this.rows ??= await this.load()
    const contents = await this.contentsFor(relay.peer)
    const [lasting, all] = [blake3(lastingPart(this.engine, contents)), blake3(encodeContents(contents))]
    const row = this.rows.get(relay.peer)
    const changed =
      row === undefined || !equalBytes(row.lasting, lasting) || (this.isTime(relay, now) && !equalBytes(row.all, all))
    if (!changed && this.looked.has(relay.peer)) return
    const theirs = await this.numberAt(relay)
    this.looked.add(relay.peer)
    const known = Math.max(theirs, ...[...this.rows.values()].map(({ number }) => number), 0)
    if (!changed && theirs >= known) return
    const number = await this.put(relay, contents, changed ? known + 1 : known)
    this.rows.set(relay.peer, { number, lasting, all })
    this.putMs.set(relay.peer, this.engine.home.clock.monotonicMs())
    await this.engine.home.kv.write([{ put: ROW, value: encodeRows(this.rows) }])
  }

  /** Heads alone are worth a record every so often, and when a command ends. */
  private isTime({ peer }: RelayInfo, now: boolean): boolean {
    const lastMs = this.putMs.get(peer)
    return now || lastMs === undefined || this.engine.home.clock.monotonicMs() - lastMs > HEADS_EVERY_MS
  }

  /** Number of the record the relay has; 0 for none, or for one that nobody of this account made. */
  private async numberAt(relay: RelayInfo): Promise<number> {
    const { home } = this.engine
    const { record } = await this.ask(relay, (connection) => askRelay(connection, { kind: 'record' }, 'record'))
    if (record === null) return 0
    try {
      await assertAccountRecord(record, home.state.root)
      return record.number
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      home.replica.problem({ vault: null, peer: relay.peer, code: 'PEER_LIES' })
      return 0
    }
  }

  private async put(relay: RelayInfo, contents: AccountContents, number: number): Promise<number> {
    const { home, accountVault } = this.engine
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
    // Another device was faster: what it knew may be less, so this one comes again.
    if (kept.number !== number) this.looked.delete(relay.peer)
    if (kept.number > number) throw new HoldfastError('EXISTS')
    return number
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
      accountGenesis: await genesisOf(accountVault),
      personalGenesis: await genesisOf(personal.replica),
      relays: this.engine.relays(),
      floors: vaults.flatMap((vault) => floorAt(vault, relay) ?? [])
    }
  }

  private async load(): Promise<Map<DeviceId, Row>> {
    const bytes = await this.engine.home.kv.get(ROW).catch(() => undefined) // damaged: it is put anew
    return bytes === undefined ? new Map() : decodeRows(bytes)
  }
}

interface Row {
  readonly number: number
  readonly lasting: Uint8Array
  readonly all: Uint8Array
}

const SOON_MS = 2_000
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

async function genesisOf(vault: VaultReplica): Promise<GenesisBytes> {
  const bytes = await vault.store.entryBytes(vault.log.order()[0]!)
  if (bytes === undefined) throw new HoldfastError('HOME_DAMAGED')
  return { header: bytes.header, signature: bytes.signature }
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
