import type { DeviceId, RecordHash } from '../../base/ids.ts'
import type { RelayInfo } from '../../log/statement.ts'
import type { VaultReplica } from '../../sync/replica/vault-replica.ts'
import type { Engine } from '../engine.ts'

/** One relay as this device sees it: over all vaults that name it. */
export interface RelayReport extends RelayInfo {
  readonly connected: boolean
  /** Undefined: never. */
  readonly lastExchangeMs: number | undefined
  /** Whether all entries that are here are known to be there. */
  readonly inStep: boolean
  /** Missing for longer than a vault has patience: where there are more relays than copies others take its place. */
  readonly away: boolean
  readonly vaults: number
  /** Objects it is to hold, and how many of them it said it holds. */
  readonly objects: number
  readonly held: number
  /** Objects of which nobody else has said that it has a copy. */
  readonly onlyThere: number
}

/** Relays the personal vault names. */
export function relayReports(engine: Engine): RelayReport[] {
  const connected = engine.isOnline ? engine.network.connected() : []
  return engine.relays().map((relay) => ({
    ...relay,
    connected: connected.includes(relay.peer),
    lastExchangeMs: engine.home.replica.peers.lastExchangeMs(relay.peer),
    ...countsOf(engine, relay.peer)
  }))
}

/**
 * What would be left of the copies without this relay, as far as this device knows. One at a relay that is away counts for nothing, nor does
 * one that another device says it has: a relay is not given up for a device's word.
 */
export interface Without {
  /** Objects of which no copy would be known. */
  readonly lost: number
  /** Objects that would be known to be at fewer relays than their vault asks for. */
  readonly fewer: number
}

export function withoutRelay(engine: Engine, relay: DeviceId): Without {
  const { placed } = engine.home.replica
  let lost = 0
  let fewer = 0
  for (const vault of vaultsOf(engine, relay)) {
    const { copies, relays } = vault.log.membership()
    const wanted = Math.min(copies, relays.length - 1)
    const away = new Set(relays.map(({ peer }) => peer).filter((peer) => placed.isAway(vault.id, peer)))
    eachObject(engine, vault, ({ complete, isHere }) => {
      const left = complete.filter((peer) => peer !== relay && !away.has(peer)).length
      if (left === 0 && !isHere) lost++
      if (left < wanted) fewer++
    })
  }
  return { lost, fewer }
}

function countsOf(
  engine: Engine,
  relay: DeviceId
): Pick<RelayReport, 'inStep' | 'away' | 'vaults' | 'objects' | 'held' | 'onlyThere'> {
  const { replica } = engine.home
  const vaults = vaultsOf(engine, relay)
  let [objects, held, onlyThere] = [0, 0, 0]
  for (const vault of vaults) {
    eachObject(engine, vault, ({ hash, object, complete, isHere }) => {
      const isThere = complete.includes(relay)
      if (replica.placed.isResponsible(vault.id, relay, object)) {
        objects++
        if (isThere) held++
      }
      if (isThere && complete.length === 1 && !isHere && replica.devicesWith(vault.id, hash).length === 0) onlyThere++
    })
  }
  const away = vaults.some(({ id }) => replica.placed.isAway(id, relay))
  return {
    inStep: vaults.every((vault) => hasAll(vault, relay)),
    away,
    vaults: vaults.length,
    objects,
    held,
    onlyThere
  }
}

/** The relay's newest head statement names every head that is here. */
function hasAll(vault: VaultReplica, relay: DeviceId): boolean {
  const there = new Map(vault.statementHeads(relay).map(({ log, seq }) => [log, seq]))
  return vault.heads().every(({ log, seq }) => (there.get(log) ?? 0) >= seq)
}

function vaultsOf({ home }: Engine, relay: DeviceId): VaultReplica[] {
  return home.replica.vaults().filter((vault) => vault.log.membership().isRelay(relay) && vault.mayNameTo(relay))
}

interface Found {
  readonly hash: RecordHash
  readonly object: NonNullable<ReturnType<ReturnType<VaultReplica['log']['pins']>['objectOf']>>
  readonly complete: readonly DeviceId[]
  readonly isHere: boolean
}

function eachObject({ home, exchange }: Engine, { id, log }: VaultReplica, look: (found: Found) => void): void {
  const pins = log.pins()
  for (const hash of pins.liveRecords()) {
    const object = pins.objectOf(hash)
    if (object === undefined || !pins.isWanted(hash)) continue
    const { complete } = home.replica.peers.objectState(id, hash)
    look({ hash, object, complete, isHere: exchange.wanted.isComplete(hash) })
  }
}
