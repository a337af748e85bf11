import {
  asArray,
  asBytes,
  asId,
  asIdOrNull,
  asIds,
  asInt,
  asUint,
  asVersion,
  decode,
  encode,
  idValue
} from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import { OBJECT_ID_BYTES } from '../../base/ids.ts'
import type { BlobId, DeviceId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'

/** Questions of `/holdfast/blob/1` (FORMAT.md 7.2). Answers are in blob-replies.ts. */
export type BlobRequest =
  | HaveRequest
  | GetRequest
  | PutRequest
  | IntentRequest
  | EndIntentRequest
  | LinkRequest
  | RecordsRequest

export interface HaveRequest {
  readonly kind: 'have'
  readonly vault: VaultId
  /** With an object whose intent the asker opened, what is here is held by that intent. */
  readonly object: ObjectId | null
  readonly blobs: readonly BlobId[]
}

export interface GetRequest {
  readonly kind: 'get'
  readonly vault: VaultId
  readonly blobs: readonly BlobId[]
}

export interface PutRequest {
  readonly kind: 'put'
  readonly vault: VaultId
  /** In the order in which the blobs stand in the body. */
  readonly items: readonly PutItem[]
}

export interface PutItem {
  readonly object: ObjectId
  readonly blob: BlobId
  readonly sizeBytes: number
}

export interface IntentRequest {
  readonly kind: 'intent'
  readonly intent: IntentStatement
  /** By the device the intent names, label `intent`, over `encodeIntent(intent)`. */
  readonly signature: Uint8Array
}

/** "This device is about to bring these objects": `bytes` is the sum over the object's manifest and blobs. */
export interface IntentStatement {
  readonly vault: VaultId
  readonly device: DeviceId
  readonly objects: readonly { readonly object: ObjectId; readonly bytes: number }[]
  readonly timeMs: number
}

export interface EndIntentRequest {
  readonly kind: 'end intent'
  readonly vault: VaultId
  readonly objects: readonly ObjectId[]
}

export interface LinkRequest {
  readonly kind: 'link'
  readonly origin: VaultId
  readonly target: VaultId
  readonly items: readonly LinkItem[]
}

export interface LinkItem {
  readonly originObject: ObjectId
  readonly object: ObjectId
  readonly blobs: readonly BlobId[]
}

export interface RecordsRequest {
  readonly kind: 'records'
  readonly vault: VaultId
  readonly records: readonly RecordHash[]
}

export function encodeBlobRequest(request: BlobRequest): Uint8Array {
  return encode(requestValue(request))
}

/** Strict and bounded. Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeBlobRequest(header: Uint8Array): BlobRequest {
  const items = asArray(decode(header, LIMITS.blobFrameHeaderBytes), { max: 4 })
  const read = READERS[asUint(items[0])]
  if (read === undefined) throw new HoldfastError('MALFORMED', 'an unknown question')
  return read(items)
}

/** The bytes an intent's signature is over. */
export function encodeIntent(intent: IntentStatement): Uint8Array {
  return encode(intentValue(intent))
}

const MAX = LIMITS.blobIdsPerMessage
const SIGNATURE_BYTES = 64

function requestValue(request: BlobRequest): Value {
  switch (request.kind) {
    case 'have':
      return [0, idValue(request.vault), idValue(request.object), request.blobs.map(idValue)]
    case 'get':
      return [1, idValue(request.vault), request.blobs.map(idValue)]
    case 'put':
      return [2, idValue(request.vault), request.items.map((i) => [idValue(i.object), idValue(i.blob), i.sizeBytes])]
    case 'intent':
      return [3, intentValue(request.intent), request.signature]
    case 'end intent':
      return [4, idValue(request.vault), request.objects.map(idValue)]
    case 'link':
      return [5, idValue(request.origin), idValue(request.target), request.items.map(linkValue)]
    case 'records':
      return [6, idValue(request.vault), request.records.map(idValue)]
  }
}

function intentValue({ vault, device, objects, timeMs }: IntentStatement): Value {
  return [1, idValue(vault), idValue(device), objects.map((o) => [idValue(o.object), o.bytes]), timeMs]
}

function linkValue({ originObject, object, blobs }: LinkItem): Value {
  return [idValue(originObject), idValue(object), blobs.map(idValue)]
}

/** Position = the number that leads the question. */
const READERS: readonly ((items: readonly Value[]) => BlobRequest)[] = [
  (items) => {
    const [, vault, object, blobs] = asArray(items, 4)
    return { kind: 'have', vault: asId(vault), object: asIdOrNull(object, OBJECT_ID_BYTES), blobs: asIds(blobs, MAX) }
  },
  (items) => {
    const [, vault, blobs] = asArray(items, 3)
    return { kind: 'get', vault: asId(vault), blobs: asIds(blobs, MAX) }
  },
  (items) => {
    const [, vault, puts] = asArray(items, 3)
    return { kind: 'put', vault: asId(vault), items: asArray(puts, { max: MAX }).map(readPutItem) }
  },
  (items) => {
    const [, intent, signature] = asArray(items, 3)
    return { kind: 'intent', intent: readIntent(intent), signature: asBytes(signature, SIGNATURE_BYTES) }
  },
  (items) => {
    const [, vault, objects] = asArray(items, 3)
    return { kind: 'end intent', vault: asId(vault), objects: asIds(objects, MAX, OBJECT_ID_BYTES) }
  },
  (items) => {
    const [, origin, target, links] = asArray(items, 4)
    return { kind: 'link', origin: asId(origin), target: asId(target), items: readLinkItems(links) }
  },
  (items) => {
    const [, vault, records] = asArray(items, 3)
    return { kind: 'records', vault: asId(vault), records: asIds(records, MAX) }
  }
]

function readPutItem(value: Value): PutItem {
  const [object, blob, size] = asArray(value, 3)
  const sizeBytes = asUint(size, LIMITS.blobBytes)
  return { object: asId(object, OBJECT_ID_BYTES), blob: asId(blob), sizeBytes }
}

function readIntent(value: Value | undefined): IntentStatement {
  const [version, vault, device, objects, time] = asArray(value, 5)
  asVersion(version, 1)
  return {
    vault: asId(vault),
    device: asId(device),
    objects: asArray(objects, { max: MAX }).map((item) => {
      const [object, bytes] = asArray(item, 2)
      return { object: asId(object, OBJECT_ID_BYTES), bytes: asUint(bytes) }
    }),
    timeMs: asInt(time)
  }
}

function readLinkItems(value: Value | undefined): LinkItem[] {
  let left = MAX
  return asArray(value, { max: MAX }).map((item) => {
    const [originObject, object, ids] = asArray(item, 3)
    const blobs = asIds<BlobId>(ids, left)
    left -= blobs.length
    return { originObject: asId(originObject, OBJECT_ID_BYTES), object: asId(object, OBJECT_ID_BYTES), blobs }
  })
}
