import type { BlobId, DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Wait } from '../../ports/wait.ts'
import type { UploadReason } from '../session/delivery.ts'
import { isLinkedAt } from './linked.ts'
import { ranked } from './placement.ts'
import type { Replica } from '../replica/replica.ts'
import type { Uploader } from '../blobs/uploader.ts'

/**
 * Brings objects to the relays that are to hold them. An entry of this device goes to every relay, also to those that hold none
 * of its blobs, so it waits for all that are connected: whoever hears of it from any of them finds the blobs where they are to
 * be, and no relay asks for what is on its way to it.
 */
export class PlacedUploads {
  readonly #replica: Replica
  readonly #wait: Wait
  readonly #uploaders = new Map<PeerLink, Uploader>()
  /** Objects on their way to one relay, or brought on this link: another session need not bring them again. */
  readonly #brought = new Map<Uploader, Map<ObjectId, Promise<void>>>()

  constructor(replica: Replica, wait: Wait) {
    this.#replica = replica
    this.#wait = wait
  }

  add(link: PeerLink, uploader: Uploader): void {
    this.#uploaders.set(link, uploader)
  }

  remove(link: PeerLink): void {
    const uploader = this.#uploaders.get(link)
    this.#uploaders.delete(link)
    if (uploader !== undefined) this.#brought.delete(uploader)
  }

  /** Objects on their way, each with the blobs of it that some relay has taken. */
  underway(): Map<ObjectId, Set<BlobId>> {
    const objects = new Map<ObjectId, Set<BlobId>>()
    for (const uploader of this.#uploaders.values())
      for (const [object, blobs] of uploader.underway)
        objects.set(object, new Set([...(objects.get(object) ?? []), ...blobs]))
    return objects
  }

  /** Rejects with what went wrong on this link; the others are not waited for longer than a while. */
  async upload(
    link: PeerLink,
    vault: VaultId,
    objects: readonly ObjectRecord[],
    why: UploadReason = 'asked'
  ): Promise<void> {
    const uploader = this.#uploaders.get(link)
    if (uploader === undefined) return
    if (why === 'asked') return uploader.upload(vault, objects)
    const { placed } = this.#replica
    if (why === 'others') {
      const its = objects.filter(({ object }) => placed.isResponsible(vault, link.peer, object))
      return this.#bring(link.peer, uploader, vault, its)
    }
    const relays = this.#relays(vault)
    const targets = new Map(objects.map((one) => [one, this.#targets(relays, vault, one.object)]))
    const partOf = (one: Uploader): ObjectRecord[] => objects.filter((object) => targets.get(object)!.includes(one))
    const elsewhere = relays.flatMap(([{ peer }, one]) =>
      one === uploader ? [] : [this.#bring(peer, one, vault, partOf(one))]
    )
    const done = Promise.allSettled(elsewhere)
    await this.#bring(link.peer, uploader, vault, partOf(uploader))
    if (elsewhere.length > 0) await this.#atMost(OTHERS_MS, done)
  }

  /**
   * Resolves when connected relays have what they are to hold of these objects, or will not take it. Never rejects: that is for
   * the sessions with those relays to tell.
   */
  async settled(vault: VaultId, objects: readonly ObjectRecord[]): Promise<void> {
    const relays = this.#relays(vault)
    const brought = relays.map(([{ peer }, one]) => {
      const its = objects.filter(({ object }) => this.#targets(relays, vault, object).includes(one))
      return this.#bring(peer, one, vault, its)
    })
    await Promise.allSettled(brought)
  }

  /** Where the blobs of this object go. */
  for(vault: VaultId, object: ObjectId): Uploader[] {
    return this.#targets(this.#relays(vault), vault, object)
  }

  /** Relays that are to hold it; where none of them is connected, one that is: the others fetch it from there. */
  #targets(relays: readonly [PeerLink, Uploader][], vault: VaultId, object: ObjectId): Uploader[] {
    const { placed } = this.#replica
    const mine = relays.filter(([{ peer }]) => placed.isResponsible(vault, peer, object))
    if (mine.length > 0 || relays.length === 0) return mine.map(([, uploader]) => uploader)
    const peers = relays.map(([{ peer }]) => peer)
    const [first] = ranked(peers, vault, object)
    return relays.flatMap(([{ peer }, uploader]) => (peer === first ? [uploader] : []))
  }

  /** As far as they are not there or on their way. */
  async #bring(peer: DeviceId, uploader: Uploader, vault: VaultId, objects: readonly ObjectRecord[]): Promise<void> {
    const brought = this.#brought.get(uploader) ?? new Map<ObjectId, Promise<void>>()
    this.#brought.set(uploader, brought)
    const before = objects.flatMap(({ object }) => brought.get(object) ?? [])
    const fresh = objects.filter((one) => !brought.has(one.object) && !isLinkedAt(this.#replica, peer, vault, one))
    if (fresh.length > 0) {
      if (brought.size > REMEMBERED) brought.clear()
      const done = uploader.upload(vault, fresh)
      for (const { object } of fresh) brought.set(object, done)
      done.catch(() => {
        for (const { object } of fresh) if (brought.get(object) === done) brought.delete(object)
      })
      before.push(done)
    }
    await Promise.all(new Set(before))
  }

  /** Connected relays of the vault, each once. */
  #relays(vault: VaultId): [PeerLink, Uploader][] {
    const relays = new Map<DeviceId, [PeerLink, Uploader]>()
    for (const [link, uploader] of this.#uploaders) {
      const isIts = this.#replica.roleOf(link.peer) === 'relay' && this.#replica.vault(vault)?.mayNameTo(link.peer)
      if (isIts === true) relays.set(link.peer, [link, uploader])
    }
    return [...relays.values()]
  }

  async #atMost(ms: number, work: Promise<unknown>): Promise<void> {
    const end = new AbortController()
    await Promise.race([work, this.#wait(ms, end.signal).catch(() => undefined)])
    end.abort()
  }
}

/** A relay that does not answer holds up the entries to the others for so long. */
const OTHERS_MS = 3_000
/** Objects of one link: then they are asked about again. */
const REMEMBERED = 65_536
