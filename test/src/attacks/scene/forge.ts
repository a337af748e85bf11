import { blake3Keyed } from '@holdfast/core/proof/blake3'
import type { EntryHash } from '@holdfast/core/base/ids'
import { logIdOf } from '@holdfast/core/base/ids'
import type { Intent } from '@holdfast/core/index/edits'
import type { DocumentChange } from '@holdfast/core/index/operations'
import { encodeOperations } from '@holdfast/core/index/operations'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import { payloadAad } from '@holdfast/core/log/header'
import type { Header } from '@holdfast/core/log/header'
import type { PinList } from '@holdfast/core/log/pin-list'
import type { ObjectRecord } from '@holdfast/core/log/record'
import { signEntry, withPinList } from '@holdfast/core/log/write'
import { sealPayload } from '@holdfast/core/seal/payload'
import type { EpochKeys } from '@holdfast/core/secret/epoch'
import { draftEntry } from '@holdfast/core/vault/author'
import { handedOut } from '@holdfast/core/vault/handed-out'
import { Keyring } from '@holdfast/core/vault/keyring'
import { systemRandom } from '@holdfast/node/home/platform'
import type { Device } from './device.ts'

/** The vault's secrets, as any member learns them. */
export async function secretsOf(member: Device): Promise<EpochKeys> {
  const { log, store, id } = member.vault.replica
  const ring = new Keyring(id, member.secrets)
  for (const epoch of log.epochs()) {
    for (const hash of log.epochEntries(epoch.id)) {
      await ring.learn({ hash, writer: log.entry(hash)!.header.device }, await handedOut(store, hash))
    }
  }
  return ring.keys(log.writableEpoch()!)!
}

export interface Forgery {
  /** Operations, or any bytes in their place. */
  readonly plain: readonly DocumentChange[] | Uint8Array
  /** What the header commits to; of operations that can be built the honest one. */
  readonly commitments?: Header['documents']
  /** Key the payload is sealed under, if not the epoch's. */
  readonly payloadKey?: Uint8Array
  readonly records?: readonly ObjectRecord[]
  readonly header?: Partial<Header>
}

/** An entry that a member signs and no honest program makes. */
export async function forged(member: Device, forgery: Forgery): Promise<UnverifiedEntry> {
  const { replica } = member.vault
  const keys = await secretsOf(member)
  const plain = forgery.plain instanceof Uint8Array ? forgery.plain : encodeOperations(forgery.plain)
  const pinList = pinListOf(forgery.records ?? [])
  const draft = draftEntry(replica, member.engine.author, 'change', keys.id)
  const header = withPinList({ ...draft, documents: forgery.commitments ?? [], ...forgery.header }, pinList)
  const payload = await sealPayload(forgery.payloadKey ?? keys.payload, plain, payloadAad(header), systemRandom)
  return signEntry(header, payload, member.secrets.seed, pinList)
}

/** Writes a forgery into the member's own replica, from where the honest protocol carries it. */
export async function plant(member: Device, forgery: Forgery): Promise<EntryHash> {
  const entry = await forged(member, forgery)
  await member.vault.replica.append(entry.bytes, forgery.records ?? [])
  await member.settle()
  return entry.hash
}

/** Edits that no honest program would make of what a person said, with commitments that fit. */
export async function plantIntents(
  member: Device,
  intents: readonly Intent[],
  records: readonly ObjectRecord[] = []
): Promise<EntryHash> {
  const { index, replica } = member.vault
  const keys = await secretsOf(member)
  const draft = draftEntry(replica, member.engine.author, 'change', keys.id)
  const parents = [...(draft.prev === null ? [] : [draft.prev]), ...draft.seen]
  const pasts = parents.map((parent) => replica.log.pastOf(parent))
  const past = {
    has: (_log: unknown, _seq: unknown, hash: EntryHash) =>
      parents.includes(hash) || pasts.some((one) => one.includes(hash))
  }
  const built = index.build(intents, { log: logIdOf(member.id, member.home.state.incarnation), past })!
  const commitments = [...built.changeHashes]
    .sort(([a], [b]) => a - b)
    .map(([number, hash]) => ({ number, commitment: blake3Keyed(keys.change, hash) }))
  return plant(member, { plain: built.operations, commitments, records })
}

function pinListOf(records: readonly ObjectRecord[]): PinList | null {
  if (records.length === 0) return null
  return { records: records.map(({ hash }) => hash).sort(), unpins: [], shreds: [] }
}
