import { systemClock } from '../home/platform.ts'
import { readPlace } from '../home/place.ts'
import type { Relay } from '../relay/relay.ts'
import type { Operation } from './operation.ts'

/** What this relay holds. Counts only: it knows no names. */
export const status: Operation = async ({ relay, serving, emit }) => {
  const place = await readPlace(relay.kv)
  // Just opened: what is missing is still being looked for.
  if (serving === undefined) await relay.exchange.idle()
  const { blobs, bytes } = await relay.blobs.stats()
  await emit({
    type: 'status',
    running: serving !== undefined,
    name: place?.name ?? '',
    relay: relay.key.peer,
    addresses: serving?.addresses ?? [],
    upSeconds: serving === undefined ? 0 : Math.floor((systemClock.monotonicMs() - serving.startedMs) / 1000),
    connected: serving?.connected() ?? 0,
    accounts: relay.accounts.size,
    vaults: relay.replica.vaults().length,
    ...counts(relay),
    blobs,
    bytes,
    storeProblem: relay.storeProblem() ?? null,
    damaged: relay.exchange.damaged.size,
    damagedEntries: relay.replica.vaults().reduce((sum, { asideEntries }) => sum + asideEntries, 0),
    unpinsHeldBack: relay.replica.vaults().reduce((sum, vault) => sum + vault.heldBackUnpins().length, 0),
    daysSeen: relay.exchange.seenTime.daysSeen
  })
}

/** `incomplete`: pinned objects of which blobs are missing here. `uploads`: announced and not yet pinned. */
function counts({ replica, exchange }: Relay): { entries: number; pins: number; incomplete: number; uploads: number } {
  let entries = 0
  let pins = 0
  for (const { log } of replica.vaults()) {
    entries += log.order().length
    for (const _ of log.pins().liveRecords()) pins += 1
  }
  return {
    entries,
    pins,
    incomplete: [...exchange.wanted.incompleteRecords()].length,
    uploads: [...exchange.intents.list()].length
  }
}
