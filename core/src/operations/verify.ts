import { HoldfastError } from '../base/errors.ts'
import type { BlobId } from '../base/ids.ts'
import { noteCare } from '../engine/care.ts'
import { asideOf } from '../engine/verify.ts'
import { peerName } from '../engine/whereabouts.ts'
import type { VerifyReport } from '../engine/verify.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { contentOf } from './look.ts'
import type { OperationIo } from './operation.ts'
import { everythingBelow } from './places.ts'

/** Checks everything here, and some of what relays say they hold. Throws HASH_MISMATCH when something is damaged that nobody could give again, PEER_LIES. */
export async function verify(engine: OpEngine, { repair }: { repair: boolean }, io: OperationIo): Promise<void> {
  const found = await engine.verify({
    signal: io.signal,
    onProgress: (blobs, bytes) => io.progress({ type: 'progress', blobs, bytes })
  })
  for (const { vault, entries } of found.asideEntries) await io.emit({ type: 'lost', vault, entries })
  const wasAside = sum(found.asideEntries)
  const damaged = await askAgain(engine, found, repair)
  const aside = asideOf(engine)
  for (const { blob, paths } of affected(engine, damaged)) await io.emit({ type: 'damaged', blob, paths })
  for (const { vault, entries } of aside) await io.emit({ type: 'damaged', vault, entries })
  const withheld = await audit(engine, io)
  const { blobs, bytes } = found
  await io.emit({
    type: 'done',
    entries: found.entries,
    blobs,
    bytes,
    damaged: damaged.length,
    damagedEntries: sum(aside),
    repaired: found.repaired + found.damaged.length - damaged.length,
    repairedEntries: Math.max(0, wasAside - sum(aside))
  })
  if (damaged.length + sum(aside) === 0) await noteCare(engine.home, 'verify')
  if (damaged.length + sum(aside) > 0) throw new HoldfastError('HASH_MISMATCH')
  if (withheld > 0) throw new HoldfastError('PEER_LIES')
}

/** Blobs each relay that can be reached has to show. */
const DRAWS = 32

/** Has the relays show some of what they say they hold; says what each gave. Returns how much was claimed and not given. */
async function audit(engine: OpEngine, io: OperationIo): Promise<number> {
  if (!engine.isOnline || engine.relays().length === 0) return 0
  await engine.settleWithRelays()
  let total = 0
  for (const { relay, asked, lacking, withheld } of await engine.exchange.audit(DRAWS)) {
    if (asked > 0) await io.emit({ type: 'audit', relay: peerName(engine, relay), id: relay, asked, lacking, withheld })
    if (asked > 0 && withheld === 0) await noteCare(engine.home, `audit ${relay}`)
    total += withheld
  }
  return total
}

export function parseVerify(value: unknown): { repair: boolean } {
  return { repair: new Arguments(value).flag('repair') }
}

function sum(aside: VerifyReport['asideEntries']): number {
  return aside.reduce((total, { entries }) => total + entries, 0)
}

/** Connections may have been under way while it was checked: one attempt at every peer, then what is damaged still. */
async function askAgain(
  engine: OpEngine,
  { damaged, asideEntries }: VerifyReport,
  repair: boolean
): Promise<readonly BlobId[]> {
  if ((!repair && damaged.length + asideEntries.length === 0) || !engine.isOnline) return damaged
  const { connected } = await engine.network.attemptAll()
  if (connected === 0) return damaged
  await engine.syncOnce().catch(() => undefined) // what stays damaged is said
  return damaged.filter((blob) => engine.exchange.damaged.has(blob))
}

/** The files that need each of these blobs, so that people know what is at stake. */
function affected(engine: OpEngine, blobs: readonly BlobId[]): { blob: BlobId; paths: string[] }[] {
  const paths = new Map<BlobId, string[]>(blobs.map((blob) => [blob, []]))
  if (blobs.length === 0) return []
  for (const { path, node, vault } of everythingBelow(engine, undefined)) {
    const content = contentOf(node)
    const record = content === undefined ? undefined : vault?.replica.log.pins().recordOf(content.object)
    for (const { id } of record === undefined ? [] : [record.manifest, ...record.blobs])
      paths.get(id)?.push(pathText(path))
  }
  return [...paths].map(([blob, of]) => ({ blob, paths: of }))
}
