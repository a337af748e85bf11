import { HoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { BlobId, DeviceId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { BlobReply } from '../../ports/peer-link.ts'
import { AnswerBudget } from './answer-budget.ts'
import { BlobIntake } from './blob-intake.ts'
import { decodeBlobRequest } from '../wire/blob-messages.ts'
import type { BlobRequest, GetRequest, HaveRequest, RecordsRequest } from '../wire/blob-messages.ts'
import {
  encodeEndIntentReply,
  encodeGetReply,
  encodeHaveReply,
  encodeIntentReply,
  encodeLinkReply,
  encodePutReply,
  encodeRecordsReply
} from '../wire/blob-replies.ts'
import type { BlobPolicy, BlobView } from './blob-view.ts'
import type { Damaged } from '../store/damaged.ts'
import type { Intents } from './intents.ts'

export interface BlobServiceOptions {
  readonly view: BlobView
  readonly blobs: BlobStore
  readonly intents: Intents
  readonly policy: BlobPolicy
  /** Blobs known to be damaged here: answered as not here, and taken again. */
  readonly damaged?: Damaged
  /** Told of blobs a peer brought, once durable. */
  readonly onStored?: (ids: readonly BlobId[], peer: DeviceId) => void
  /** Told of what is provably wrong (PEER_LIES), of blobs that could not be read (STORE_FAILED …); of null, that nothing can be stored. */
  readonly onProblem?: (error: HoldfastError, peer: DeviceId | null) => void
}

/**
 * Answers `/holdfast/blob/1` for one home: for `PeerLink.onRequest`. Blobs exist only within a vault: what no live pin of
 * the named vault and no open intent of the asker names is not here, whatever the store holds.
 * Errors: REFUSED (unknown and forbidden alike), MALFORMED, TOO_LARGE, RATE_LIMITED, QUOTA_EXCEEDED, NOT_WANTED, BAD_SIGNATURE.
 */
export class BlobService {
  private readonly o: BlobServiceOptions
  private readonly intake: BlobIntake
  private readonly budget = new AnswerBudget()

  constructor(options: BlobServiceOptions) {
    this.o = options
    this.intake = new BlobIntake(options)
  }

  answer(peer: DeviceId, header: Uint8Array, body: Uint8Array): Promise<BlobReply> {
    return this.budget.run(peer, body.length, () =>
      this.dispatch(peer, decodeBlobRequest(header), body).catch((error: unknown) => this.failed(error))
    )
  }

  /** The peer is refused; that it is this side's own store is for whoever keeps it to know. */
  private failed(error: unknown): never {
    if (error instanceof HoldfastError && NOT_STORED.has(error.code)) this.o.onProblem?.(error, null)
    throw error
  }

  private async dispatch(peer: DeviceId, request: BlobRequest, body: Uint8Array): Promise<BlobReply> {
    if (request.kind !== 'put' && body.length > 0) throw new HoldfastError('MALFORMED', 'a body where there is none')
    switch (request.kind) {
      case 'have':
        return { header: encodeHaveReply(await this.have(peer, request)) }
      case 'get':
        return this.get(peer, request)
      case 'put':
        return { header: encodePutReply(await this.intake.put(peer, request, body)) }
      case 'intent':
        await this.intake.announce(peer, request)
        return { header: encodeIntentReply() }
      case 'end intent':
        await this.intake.endIntent(peer, request)
        return { header: encodeEndIntentReply() }
      case 'link':
        return { header: encodeLinkReply(await this.intake.link(peer, request)) }
      case 'records':
        return this.records(peer, request)
    }
  }

  private async have(peer: DeviceId, { vault, object, blobs }: HaveRequest): Promise<boolean[]> {
    this.assertMayRead(peer, vault)
    if (object === null) return this.visibleHere(peer, vault, blobs)
    const visible = blobs.filter((id) => this.isVisible(peer, vault, id))
    const here = await this.intake.holdForIntent(peer, vault, object, visible)
    const held = new Set(visible.filter((_, i) => here[i]))
    return blobs.map((id) => held.has(id))
  }

  private async visibleHere(peer: DeviceId, vault: VaultId, blobs: readonly BlobId[]): Promise<boolean[]> {
    const visible = blobs.map((id) => this.isVisible(peer, vault, id))
    const here = await this.o.blobs.has(blobs)
    return here.map((one, i) => one && visible[i]!)
  }

  private async get(peer: DeviceId, { vault, blobs }: GetRequest): Promise<BlobReply> {
    this.assertMayRead(peer, vault)
    const parts = await readGroup(blobs, (ids) => this.readBlobs(peer, vault, ids))
    return { header: encodeGetReply(sizesOf(parts)), body: joined(parts) }
  }

  private async records(peer: DeviceId, { vault, records }: RecordsRequest): Promise<BlobReply> {
    this.assertMayRead(peer, vault)
    const parts = await readGroup(records, (hashes) =>
      Promise.all(hashes.map((hash) => this.o.view.record(vault, hash)))
    )
    return { header: encodeRecordsReply(sizesOf(parts)), body: joined(parts) }
  }

  private async readBlobs(peer: DeviceId, vault: VaultId, ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    const visible = ids.filter((id) => this.isVisible(peer, vault, id))
    const read = await this.o.blobs
      .getMany(visible)
      .catch(() => Promise.all(visible.map((id) => this.readBlob(peer, id))))
    const found = new Map(visible.map((id, i) => [id, read[i]]))
    return ids.map((id) => found.get(id))
  }

  /** A blob the disk gives no more is not here for the asker, who goes to the next source; here it is a problem. */
  private async readBlob(peer: DeviceId, id: BlobId): Promise<Uint8Array | undefined> {
    try {
      return await this.o.blobs.get(id)
    } catch (error) {
      const problem =
        error instanceof HoldfastError ? error : new HoldfastError('STORE_FAILED', undefined, { cause: error })
      this.o.onProblem?.(problem, peer)
      return undefined
    }
  }

  private isVisible(peer: DeviceId, vault: VaultId, id: BlobId): boolean {
    if (this.o.damaged?.has(id) === true) return false
    if (this.o.view.isPinned(vault, id)) return true
    const account = this.o.view.accountOf(vault, peer)
    return account !== undefined && this.o.intents.holds(vault, account, id)
  }

  private assertMayRead(peer: DeviceId, vault: VaultId): void {
    if (!this.o.policy.mayRead(peer, vault)) throw new HoldfastError('REFUSED')
  }
}

/**
 * Reads in order until a transfer is full; at least one. The first is read alone: its size says how many of the next
 * are read at once, so that an answer never holds much more than it sends.
 */
async function readGroup<T>(
  ids: readonly T[],
  read: (ids: readonly T[]) => Promise<(Uint8Array | undefined)[]>
): Promise<(Uint8Array | undefined)[]> {
  const parts: (Uint8Array | undefined)[] = []
  let bytes = 0
  let count = 1
  while (parts.length < ids.length) {
    const next = await read(ids.slice(parts.length, parts.length + count))
    for (const part of next) {
      const size = part?.length ?? 0
      if (bytes > 0 && bytes + size > LIMITS.blobBytes) return parts
      parts.push(part)
      bytes += size
    }
    if (bytes >= LIMITS.blobTransferBytes) return parts
    const average = Math.max(1, bytes / parts.length)
    count = Math.min(READ_AT_ONCE, Math.max(1, Math.floor((LIMITS.blobTransferBytes - bytes) / average)))
  }
  return parts
}

const READ_AT_ONCE = 64

function sizesOf(parts: readonly (Uint8Array | undefined)[]): number[] {
  return parts.map((part) => part?.length ?? -1)
}

/** One blob is sent as it was read; several are copied once. */
function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array {
  const present = parts.filter((part) => part !== undefined)
  if (present.length === 1) return present[0]!
  const body = new Uint8Array(present.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of present) {
    body.set(part, at)
    at += part.length
  }
  return body
}

const NOT_STORED: ReadonlySet<ErrorCode> = new Set(['STORE_FULL', 'STORE_FAILED', 'STORE_READ_ONLY'])
