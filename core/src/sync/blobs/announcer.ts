import type { DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import { SIGN } from '../../base/labels.ts'
import type { SignLabel } from '../../base/labels.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Clock } from '../../ports/clock.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Wait } from '../../ports/wait.ts'
import { encodeBlobRequest, encodeIntent } from '../wire/blob-messages.ts'
import { decodeIntentReply } from '../wire/blob-replies.ts'
import { patiently } from './put-lane.ts'

export interface AnnouncerOptions {
  readonly link: PeerLink
  readonly device: DeviceId
  readonly sign: (label: SignLabel, bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  readonly clock: Clock
  readonly wait: Wait
}

/**
 * Opens upload intents at one peer. What is announced while a question is under way goes into the next one: thousands
 * of small files need a few signatures, not thousands.
 */
export class Announcer {
  private readonly o: AnnouncerOptions
  private readonly announced = new Map<ObjectId, number>()
  private next = new Map<VaultId, Pending>()
  private running: Promise<void> = Promise.resolve()

  constructor(options: AnnouncerOptions) {
    this.o = options
  }

  /** Resolves when the peer holds an intent of at least these bytes for the object. Rejects with its refusal. */
  announce(vault: VaultId, object: ObjectId, bytes: number, signal?: AbortSignal): Promise<void> {
    if ((this.announced.get(object) ?? -1) >= bytes) return Promise.resolve()
    let pending = this.next.get(vault)
    if (pending === undefined || pending.objects.size >= LIMITS.blobIdsPerMessage) pending = this.begin(vault, signal)
    pending.objects.set(object, Math.max(bytes, pending.objects.get(object) ?? 0))
    return pending.done
  }

  /** The peer does not hold it any more: pinned, or lost. */
  forget(object: ObjectId): void {
    this.announced.delete(object)
  }

  private begin(vault: VaultId, signal: AbortSignal | undefined): Pending {
    const objects = new Map<ObjectId, number>()
    const done = this.running.then(async () => {
      if (this.next.get(vault) === pending) this.next.delete(vault)
      await this.send(vault, objects, signal)
    })
    const pending = { objects, done }
    this.running = done.catch(() => undefined)
    this.next.set(vault, pending)
    return pending
  }

  private async send(vault: VaultId, objects: Map<ObjectId, number>, signal: AbortSignal | undefined): Promise<void> {
    const listed = [...objects].map(([object, bytes]) => ({ object, bytes }))
    const intent = { vault, device: this.o.device, objects: listed, timeMs: this.o.clock.nowMs() }
    const signature = await this.o.sign(SIGN.intent, encodeIntent(intent))
    const header = encodeBlobRequest({ kind: 'intent', intent, signature })
    const reply = await patiently(this.o.wait, signal, () => this.o.link.request(header))
    decodeIntentReply(reply.header)
    for (const { object, bytes } of listed) this.announced.set(object, bytes)
  }
}

interface Pending {
  readonly objects: Map<ObjectId, number>
  readonly done: Promise<void>
}
