import { idFromBytes } from '../../base/ids.ts'
import type { AccountId, BlobId, DeviceId } from '../../base/ids.ts'
import { SIGN } from '../../base/labels.ts'
import type { SignLabel } from '../../base/labels.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { ed25519PublicKey } from '../../proof/ed25519.ts'
import { sign } from '../../proof/sign.ts'
import { encodeBlobRequest, encodeIntent } from '../wire/blob-messages.ts'
import type { BlobRequest } from '../wire/blob-messages.ts'
import { decodeHaveReply, decodePutReply, splitGetReply } from '../wire/blob-replies.ts'
import { BlobService } from '../blobs/blob-service.ts'
import type { ObjectBlobs } from '../blobs/blob-view.ts'
import { Damaged } from '../store/damaged.ts'
import { Intents } from '../blobs/intents.ts'
import { BlobsDouble, id, KvDouble, objectId, OTHER_VAULT, VAULT, ViewDouble } from './blob-doubles.ts'

export const seed = new Uint8Array(32).fill(7)
export const ANNA = idFromBytes<DeviceId>(await ed25519PublicKey(seed))
export const STRANGER = id<DeviceId>('05')
export const READER = id<DeviceId>('06')
export const BERT = id<DeviceId>('08')
const NOTHING: Uint8Array = new Uint8Array(0)

/** A home with a blob service and four peers: two writers, a reader, a stranger. */
export class ServiceHome {
  readonly view = new ViewDouble()
  readonly blobs = new BlobsDouble()
  readonly kv = new KvDouble()
  day = 1
  problems: string[] = []
  intents!: Intents
  damaged!: Damaged
  service!: BlobService

  static async make(takesIntents = true): Promise<ServiceHome> {
    const home = new ServiceHome()
    home.view.member(VAULT, ANNA, id<AccountId>('a0'))
    home.view.member(VAULT, BERT, id<AccountId>('b0'))
    home.view.member(OTHER_VAULT, BERT, id<AccountId>('b0'))
    home.view.member(VAULT, READER, id<AccountId>('c0'), false)
    Object.assign(home.view, { takesIntents })
    await home.open()
    return home
  }

  async open(): Promise<void> {
    const { view, blobs, kv } = this
    this.intents = await Intents.open({ kv, daysSeen: () => this.day })
    this.damaged = await Damaged.open(kv)
    const onProblem = (error: { code: string }): void => void this.problems.push(error.code)
    this.service = new BlobService({
      view,
      policy: view,
      blobs,
      intents: this.intents,
      damaged: this.damaged,
      onProblem
    })
  }

  async ask(
    peer: DeviceId,
    request: BlobRequest,
    body: Uint8Array = NOTHING
  ): Promise<{ header: Uint8Array; body: Uint8Array }> {
    const reply = await this.service.answer(peer, encodeBlobRequest(request), body)
    return { header: reply.header, body: reply.body ?? NOTHING }
  }

  async announce(object: number, bytes: number, label: SignLabel = SIGN.intent): Promise<void> {
    const intent = { vault: VAULT, device: ANNA, objects: [{ object: objectId(object), bytes }], timeMs: 0 }
    await this.ask(ANNA, { kind: 'intent', intent, signature: await sign(label, seed, encodeIntent(intent)) })
  }

  async put(peer: DeviceId, object: number, bytes: Uint8Array, name = blake3Id<BlobId>(bytes)): Promise<number> {
    const items = [{ object: objectId(object), blob: name, sizeBytes: bytes.length }]
    return decodePutReply((await this.ask(peer, { kind: 'put', vault: VAULT, items }, bytes)).header, 1)[0]!
  }

  async have(peer: DeviceId, blob: BlobId, object: number | null = null, vault = VAULT): Promise<boolean> {
    const request = { kind: 'have', vault, object: object === null ? null : objectId(object), blobs: [blob] } as const
    return decodeHaveReply((await this.ask(peer, request)).header, 1)[0]!
  }

  async get(peer: DeviceId, blobs: BlobId[], vault = VAULT): Promise<(Uint8Array | null)[]> {
    const reply = await this.ask(peer, { kind: 'get', vault, blobs })
    return splitGetReply(reply.header, reply.body, blobs.length)
  }
}

export const objectOf = (n: number, ...contents: Uint8Array[]): ObjectBlobs => {
  const [manifest, ...blobs] = contents.map((bytes) => ({ id: blake3Id<BlobId>(bytes), sizeBytes: bytes.length }))
  return { object: objectId(n), manifest: manifest!, blobs }
}
