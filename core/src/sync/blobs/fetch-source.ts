import type { VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Want } from './fetch-queue.ts'

/** One link as a source of blobs: what is outstanding on it, and what it has shown of itself. */
export class FetchSource {
  readonly link: PeerLink
  /** Its number: a new link to the same peer is another source, to be asked anew. */
  readonly key: number
  readonly hasVault: (vault: VaultId) => boolean
  private readonly maxBytes: number
  outstandingBytes = 0
  requests = 0
  /** The peer asked to wait. */
  paused = false
  private timeouts = 0
  private lies = 0
  private readonly refused = new Set<VaultId>()

  constructor(link: PeerLink, key: number, hasVault: (vault: VaultId) => boolean, maxBytes: number) {
    this.link = link
    this.key = key
    this.hasVault = hasVault
    this.maxBytes = maxBytes
  }

  /** Not stalled and not caught lying again and again. */
  get usable(): boolean {
    return this.timeouts < STALLED_AFTER && this.lies < DISTRUSTED_AFTER
  }

  get roomInBackground(): boolean {
    return this.requests < LIMITS.blobOutstandingRequests && this.outstandingBytes < this.maxBytes
  }

  /** Somebody waits: one more blob than the background may take. */
  get roomInForeground(): boolean {
    return (
      this.requests < LIMITS.blobOutstandingRequests * 2 && this.outstandingBytes < this.maxBytes + LIMITS.blobBytes
    )
  }

  fits(bytes: number): boolean {
    return this.outstandingBytes === 0 || this.outstandingBytes + bytes <= this.maxBytes
  }

  /** Its bytes go over the line of a relay: asked for what no other source gives. */
  get isLastResort(): boolean {
    return this.link.through !== undefined
  }

  private serves(vault: VaultId): boolean {
    return this.usable && !this.refused.has(vault) && this.hasVault(vault)
  }

  /** The vault in which to ask it for this want; undefined when it was asked before or does not have it. */
  vaultFor(want: Want): VaultId | undefined {
    if (this.isLastResort && !want.lastResort) return undefined
    const untried = (vault: VaultId): boolean => !want.tried.some((t) => t.source === this.key && t.vault === vault)
    return want.vaults.find((vault) => this.serves(vault) && untried(vault))
  }

  answered(): void {
    this.timeouts = 0
  }

  refusedVault(vault: VaultId): void {
    this.refused.add(vault)
  }

  timedOut(): void {
    this.timeouts += 1
  }

  lied(): void {
    this.lies += 1
  }

  /** It may have become better: more entries, another membership. Lies are not forgotten. */
  renew(): void {
    this.timeouts = 0
    this.refused.clear()
  }
}

/** Questions without progress in a row after which a link is left alone: the next source is asked for all the rest. */
const STALLED_AFTER = 2
/** A damaged blob or two are a disk's fault; this many are not. */
const DISTRUSTED_AFTER = 16
