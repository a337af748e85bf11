import { HoldfastError } from '../../base/errors.ts'
import { idBytes } from '../../base/ids.ts'
import type { AccountId, BlobId, DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import { SIGN } from '../../base/labels.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { verify } from '../../proof/sign.ts'
import { encodeIntent } from '../wire/blob-messages.ts'
import type {
  EndIntentRequest,
  IntentRequest,
  LinkItem,
  LinkRequest,
  PutItem,
  PutRequest
} from '../wire/blob-messages.ts'
import { PUT } from '../wire/blob-replies.ts'
import type { PutOutcome } from '../wire/blob-replies.ts'
import type { BlobServiceOptions } from './blob-service.ts'
import { storeBlob } from '../store/damaged.ts'
import type { Intent } from './intents.ts'

/** The half of the blob service that takes: no byte without a live pin or an open intent that covers it. */
export class BlobIntake {
  private readonly o: BlobServiceOptions

  constructor(options: BlobServiceOptions) {
    this.o = options
  }

  /** Resolves when every blob it answers as stored is durable, and held by its intent durably. Keeps nothing of `body` after it has settled. */
  async put(peer: DeviceId, { vault, items }: PutRequest, body: Uint8Array): Promise<PutOutcome[]> {
    const account = this.writer(peer, vault)
    if (items.reduce((sum, item) => sum + item.sizeBytes, 0) !== body.length)
      throw new HoldfastError('MALFORMED', 'sizes that do not add up to the body')
    const stored: BlobId[] = []
    const storing: Promise<unknown>[] = []
    let at = 0
    if (items.some((item) => this.isPinnedOnly(account, vault, item))) this.o.policy.charge?.(null, 0, vault)
    const outcomes = items.map((item) => {
      const bytes = body.subarray(at, at + item.sizeBytes)
      at += item.sizeBytes
      const outcome = this.check(peer, account, vault, item, bytes)
      if (outcome === PUT.stored) {
        storing.push(storeBlob(this.o.blobs, this.o.damaged, item.blob, bytes))
        stored.push(item.blob)
      }
      return outcome
    })
    await allSettled([...storing, this.o.intents.flush()])
    if (stored.length > 0) this.o.onStored?.(stored, peer)
    return outcomes
  }

  /** Whether nothing but a pin covers it, so that nobody was asked for room. What is repaired had room. */
  private isPinnedOnly(account: AccountId, vault: VaultId, { object, blob, sizeBytes }: PutItem): boolean {
    const { view, intents, damaged } = this.o
    if (damaged?.has(blob) === true || !view.pinsFor(vault, object, blob)) return false
    const intent = intents.find(vault, account, object)
    return intent === undefined || !intents.hasRoom(intent, blob, sizeBytes)
  }

  /** The cheap question first: what nobody announced is not even hashed. */
  private check(peer: DeviceId, account: AccountId, vault: VaultId, item: PutItem, bytes: Uint8Array): PutOutcome {
    const { view, intents } = this.o
    const intent = intents.find(vault, account, item.object)
    const pinned = view.pinsWithSize(vault, item.object, item.blob, item.sizeBytes)
    const room = intent !== undefined && intents.hasRoom(intent, item.blob, item.sizeBytes)
    if (!pinned && !room) return PUT.notWanted
    if (blake3Id<BlobId>(bytes) !== item.blob) {
      this.o.onProblem?.(new HoldfastError('PEER_LIES', 'a blob does not match its name'), peer)
      return PUT.wrongHash
    }
    if (room) intents.hold(intent, item.blob, item.sizeBytes)
    return PUT.stored
  }

  async announce(peer: DeviceId, { intent, signature }: IntentRequest): Promise<void> {
    const { vault } = intent
    if (!this.o.policy.takesIntents) throw new HoldfastError('REFUSED')
    const account = this.writer(peer, vault)
    // Bound to the device that sends it: one that was overheard is of no use to another.
    if (intent.device !== peer) throw new HoldfastError('REFUSED')
    if (!(await verify(SIGN.intent, idBytes(peer), encodeIntent(intent), signature)))
      throw new HoldfastError('BAD_SIGNATURE')
    if (intent.objects.some(({ object }) => this.o.view.isShredded(vault, object)))
      throw new HoldfastError('NOT_WANTED')
    // What is pinned already needs no intent: the pin covers its puts.
    const objects = intent.objects.filter(({ object }) => !this.o.view.isLive(vault, object))
    const { policy } = this.o
    await this.o.intents.announce({ vault, account, device: peer, objects }, (who, bytes) =>
      policy.charge?.(who, bytes, vault)
    )
  }

  async endIntent(peer: DeviceId, { vault, objects }: EndIntentRequest): Promise<void> {
    await this.o.intents.end(vault, objects, this.writer(peer, vault))
  }

  /**
   * Which of these are here; what is here is held by the asker's open intent for the object, if there is one. Needed
   * from before the look until the hold, so that nothing is deleted in between.
   */
  async holdForIntent(peer: DeviceId, vault: VaultId, object: ObjectId, blobs: readonly BlobId[]): Promise<boolean[]> {
    const account = this.o.view.accountOf(vault, peer)
    const intent = account === undefined ? undefined : this.o.intents.find(vault, account, object)
    const unguard = this.o.intents.guard(blobs)
    try {
      const here = await this.o.blobs.has(blobs)
      if (intent === undefined) return here
      const held = here.map((one, i) => one && this.hold(intent, blobs[i]!))
      await this.o.intents.flush()
      return held
    } finally {
      unguard()
    }
  }

  /** Blobs of an object of a vault the peer reads become blobs of an object it brings to another: nothing is sent. */
  async link(peer: DeviceId, { origin, target, items }: LinkRequest): Promise<boolean[]> {
    this.writer(peer, target)
    if (!this.o.policy.mayRead(peer, origin) || this.o.view.accountOf(origin, peer) === undefined)
      throw new HoldfastError('REFUSED')
    const bits: boolean[] = []
    for (const item of items) bits.push(...(await this.linkOne(peer, origin, target, item)))
    return bits
  }

  private async linkOne(peer: DeviceId, origin: VaultId, target: VaultId, item: LinkItem): Promise<boolean[]> {
    const { view, damaged } = this.o
    const named = item.blobs.filter((id) => view.pinsFor(origin, item.originObject, id) && damaged?.has(id) !== true)
    const here = await this.holdForIntent(peer, target, item.object, named)
    const account = view.accountOf(target, peer)
    const open = account !== undefined && this.o.intents.find(target, account, item.object) !== undefined
    const held = new Set(named.filter((id, i) => here[i] && (open || view.pinsFor(target, item.object, id))))
    return item.blobs.map((id) => held.has(id))
  }

  private hold(intent: Intent, blob: BlobId): boolean {
    if (!this.o.intents.hasRoom(intent, blob, 0)) return false
    this.o.intents.hold(intent, blob, 0)
    return true
  }

  /** The account of a device that may write in this vault. Unknown and forbidden are the same REFUSED. */
  private writer(peer: DeviceId, vault: VaultId): AccountId {
    const account = this.o.policy.mayWrite(peer, vault) ? this.o.view.accountOf(vault, peer) : undefined
    if (account === undefined) throw new HoldfastError('REFUSED')
    return account
  }
}

/** Waits for every one, also after a failure: the memory of what is being stored is used again. */
async function allSettled(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason
}
