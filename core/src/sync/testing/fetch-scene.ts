import type { AccountId, BlobId, DeviceId, VaultId } from '../../base/ids.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { BlobService } from '../blobs/blob-service.ts'
import { Damaged } from '../store/damaged.ts'
import { Fetcher } from '../blobs/fetcher.ts'
import { Intents } from '../blobs/intents.ts'
import {
  AskingLink,
  BlobsDouble,
  content,
  id,
  KvDouble,
  objectId,
  VAULT,
  ViewDouble,
  waitDouble
} from './blob-doubles.ts'

export const ME = id<DeviceId>('01')

/** Peers that hold the same pinned blobs, and one fetcher. */
export class FetchScene {
  readonly here = new BlobsDouble()
  readonly there = new BlobsDouble()
  readonly view = new ViewDouble()
  readonly waits = waitDouble()
  readonly problems: string[] = []
  readonly stored: BlobId[] = []
  readonly missing: BlobId[] = []
  damaged!: Damaged
  fetcher!: Fetcher
  private service!: BlobService
  private links = 0

  static async make(contents: readonly Uint8Array[]): Promise<FetchScene> {
    const scene = new FetchScene()
    const kv = new KvDouble()
    const { view, here } = scene
    const intents = await Intents.open({ kv, daysSeen: () => 1 })
    scene.damaged = await Damaged.open(new KvDouble())
    scene.service = new BlobService({ view, policy: view, blobs: scene.there, intents })
    const blobs = contents.map((bytes) => ({ id: scene.there.add(bytes), sizeBytes: bytes.length }))
    view.member(VAULT, ME, id<AccountId>('a0'))
    if (blobs.length > 0) view.pin(VAULT, { object: objectId(1), manifest: blobs[0]!, blobs: blobs.slice(1) })
    scene.fetcher = new Fetcher({
      blobs: here,
      wait: scene.waits.wait,
      damaged: scene.damaged,
      onProblem: (error, peer) => scene.problems.push(`${error.code} ${peer?.slice(0, 2) ?? ''}`.trim()),
      onStored: (blob) => scene.stored.push(blob),
      onMissing: (blob) => scene.missing.push(blob)
    })
    return scene
  }

  /** A link that is not added yet. */
  link(): AskingLink {
    const peer = id<DeviceId>(`1${this.links++}`)
    return new AskingLink(ME, peer, (own, header, body) => this.service.answer(own, header, body))
  }

  join(
    knobs: Partial<Pick<AskingLink, 'before' | 'tamper'>> = {},
    hasVault: (vault: VaultId) => boolean = () => true
  ): AskingLink {
    const link = Object.assign(this.link(), knobs)
    this.fetcher.addLink(link, hasVault)
    return link
  }

  want(contents: readonly Uint8Array[], priority = 0): void {
    this.fetcher.want(
      VAULT,
      contents.map((bytes) => ({ id: blake3Id<BlobId>(bytes), sizeBytes: bytes.length })),
      priority
    )
  }

  fetch(bytes: Uint8Array, options = {}): Promise<Uint8Array> {
    return this.fetcher.fetch(VAULT, blake3Id(bytes), bytes.length, options)
  }
}

export const many = (count: number, sizeBytes: number, from = 0): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => content(from + i, sizeBytes))
