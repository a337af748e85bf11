import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import type { EntryHash } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { IndexEntry, IndexOptions } from './entry.ts'
import type { Index } from './index.ts'
import { decodeOperations, encodeOperations } from './operations.ts'
import type { DocumentChange } from './operations.ts'
import { rebuild } from './rebuild.ts'

/**
 * A checkpoint is the operations of many entries in a few large pieces. It holds no Automerge document: a save that comes from
 * another can be a bomb or carry changes that no guard has seen, and building the changes here is fast enough. The form is reserved
 * (FORMAT.md section 6): it is tested here, and no program writes one yet.
 */
export function encodeCheckpoint(entries: readonly Pick<IndexEntry, 'hash' | 'operations'>[]): Uint8Array[] {
  const pages: Uint8Array[] = []
  let page: Uint8Array[][] = []
  let bytes = 0
  const close = () => {
    if (page.length > 0) pages.push(encode([1, page]))
    page = []
    bytes = 0
  }
  for (const { hash, operations } of entries) {
    const item = [idValue(hash) as Uint8Array, encodeOperations(operations)]
    const size = item[1]!.length + FRAMING_BYTES
    if (bytes + size > LIMITS.checkpointPageBytes || page.length === LIMITS.checkpointPageEntries) close()
    page.push(item)
    bytes += size
  }
  close()
  return pages
}

/** Operations of one page by entry. Throws MALFORMED, TOO_LARGE, UNSUPPORTED_VERSION. */
export function decodeCheckpointPage(bytes: Uint8Array): Map<EntryHash, DocumentChange[]> {
  const [version, items] = asArray(decode(bytes, LIMITS.checkpointPageBytes + LIMITS.payloadBytes), 2)
  asVersion(version, 1)
  const found = new Map<EntryHash, DocumentChange[]>()
  for (const item of asArray(items, { max: LIMITS.checkpointPageEntries })) {
    const [hash, operations] = asArray(item, 2)
    const entry = asId<EntryHash>(hash)
    if (found.has(entry)) throw new HoldfastError('MALFORMED', 'an entry twice')
    found.set(entry, decodeOperations(asBytes(operations, { max: LIMITS.payloadBytes })))
  }
  return found
}

/** A counted entry whose header is here; its operations too where its payload was fetched. */
export type CoveredEntry = Omit<IndexEntry, 'operations'> & { readonly operations?: readonly DocumentChange[] }

/**
 * The index of these counted entries, each after its past, with the operations a checkpoint gives for them. Every change
 * goes through the guard and must have the hash that its signed header commits to; otherwise COMMITMENT_MISMATCH. An entry of which the
 * checkpoint says nothing is `missing` (its maker found it void, or withholds it): fetch its payload and call again with it.
 */
export function loadCheckpoint(
  pages: readonly Uint8Array[],
  covered: readonly CoveredEntry[],
  options: IndexOptions
): { index: Index } | { missing: EntryHash[] } {
  const given = new Map(pages.flatMap((page) => [...decodeCheckpointPage(page)]))
  const missing = covered
    .filter((entry) => entry.operations === undefined && !given.has(entry.hash))
    .map((entry) => entry.hash)
  if (missing.length > 0) return { missing }
  const fetched = new Set(covered.filter((entry) => entry.operations !== undefined).map((entry) => entry.hash))
  const { index, refused } = rebuild(
    covered.map((entry) => withOperations(entry, entry.operations ?? given.get(entry.hash)!)),
    options
  )
  if (refused.every((entry) => fetched.has(entry))) return { index }
  index.close()
  throw new HoldfastError('COMMITMENT_MISMATCH', 'a checkpoint holds other changes than the headers commit to')
}

/** Named one by one: an entry may be an object of a class, whose methods a spread would lose. */
function withOperations(entry: CoveredEntry, operations: readonly DocumentChange[]): IndexEntry {
  const { hash, log, seq, past, commitments } = entry
  return { hash, log, seq, past, commitments, commit: (changeHash) => entry.commit(changeHash), operations }
}

/** An entry hash and the lengths around it. */
const FRAMING_BYTES = 48
