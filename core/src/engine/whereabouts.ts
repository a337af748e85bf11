import type { FileContent } from '../index/records.ts'
import type { DeviceId, RecordHash, VaultId } from '../base/ids.ts'
import type { Vault } from '../vault/vault.ts'
import { personName } from './authors.ts'
import type { Engine } from './engine.ts'

/** Where the bytes of a content are, as far as this device knows. */
export interface Whereabouts {
  readonly state: 'here' | 'arriving' | 'relay' | 'nowhere'
  /** Names of the devices and relays that are known to have all of it, this one among them. */
  readonly copies: readonly string[]
  /** Not here, and somebody who is connected now has it: it comes when it is asked for. */
  readonly isReachable?: true
}

export function whereaboutsOf(engine: Engine, content: FileContent, vault: Vault): Whereabouts {
  return whereaboutsIn(engine)(content, vault)
}

/** The same for many, at one moment: who is connected, and what peers are called, is looked up once. Files that lie with the same peers share a list. */
export function whereaboutsIn(engine: Engine): (content: Pick<FileContent, 'object'>, vault: Vault) => Whereabouts {
  const network = engine.isOnline ? engine.network : undefined
  const connected = new Set(network?.connected())
  const namesIn = namesOnce(engine)
  return ({ object }, vault) => {
    const { replica } = vault
    const record = replica.log.pins().recordOf(object)
    if (record === undefined) return NOWHERE
    const complete = holdersOf(engine, replica.id, record.hash)
    const { others, withSelf } = namesIn(vault, complete)
    if (engine.exchange.wanted.isComplete(record.hash)) return { state: 'here', copies: withSelf }
    if (complete.length === 0) return NOWHERE
    if (network === undefined) return { state: 'relay', copies: others }
    if (complete.some((peer) => connected.has(peer)))
      return { state: isComing(engine, record.hash) ? 'arriving' : 'relay', copies: others, isReachable: true }
    // Tried, and none of them answers now: it is shown as what it is, and comes when one is back.
    const isTried = complete.every((peer) => network.lastError(peer) !== undefined)
    return { state: isTried ? 'nowhere' : 'relay', copies: others }
  }
}

const NOWHERE: Whereabouts = { state: 'nowhere', copies: [] }

interface Names {
  readonly others: readonly string[]
  readonly withSelf: readonly string[]
}

/** What the holders of an object are called; most objects of a vault have the same ones. */
function namesOnce(engine: Engine): (vault: Vault, holders: readonly DeviceId[]) => Names {
  const known = new Map<Vault, Map<string, Names>>()
  return (vault, holders) => {
    const ofVault = known.get(vault) ?? new Map<string, Names>()
    known.set(vault, ofVault)
    const key = holders.join()
    const before = ofVault.get(key)
    if (before !== undefined) return before
    const others = holders.map((peer) => holderName(engine, vault, peer))
    const names = { others, withSelf: [engine.home.settings.name, ...others] }
    ofVault.set(key, names)
    return names
  }
}

/**
 * Who said that it has all of an object: other devices of members, then relays. To be shown; what asks for a proof of a copy reads what
 * relays said, and that alone.
 */
function holdersOf({ home }: Engine, vault: VaultId, record: RecordHash): DeviceId[] {
  const { complete } = home.replica.peers.objectState(vault, record)
  return [...home.replica.devicesWith(vault, record), ...complete]
}

/** A device of somebody else comes with its person. */
function holderName(engine: Engine, { replica }: Vault, peer: DeviceId): string {
  const name = peerName(engine, peer)
  const account = replica.log.membership().accountOf(peer)
  const isOther = account !== undefined && account !== engine.home.state.account
  return isOther ? `${name} (${personName(engine, account)})` : name
}

/** By itself: on a device that holds everything, or because somebody wants it kept. */
function isComing({ keeping, exchange, home }: Engine, record: RecordHash): boolean {
  if (keeping !== undefined) return keeping.isComing(record)
  const left = home.blobs.left()
  return left.size === 0 || exchange.wanted.missingOf(record).some((id) => !left.has(id))
}

/** Blobs that are to come by themselves and have not. */
export function missingBlobsOf({ keeping, exchange, home }: Engine): number {
  if (keeping !== undefined) return keeping.missing
  let left = 0
  for (const id of home.blobs.left().keys()) if (exchange.wanted.isMissing(id)) left++
  return exchange.wanted.size - left
}

/** What people call a peer, by the first vault that has a name for it; what it says is hostile. */
export function peerName(engine: Engine, peer: DeviceId): string {
  for (const vault of engine.vaults()) {
    const relay = vault.replica.log.membership().relays.find((one) => one.peer === peer)
    const name = relay?.name ?? vault.deviceName(peer)
    if (name !== undefined) return name
  }
  return peer.slice(0, 8)
}
