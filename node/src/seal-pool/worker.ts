import { parentPort } from 'node:worker_threads'
import { concat } from '@holdfast/core/base/bytes'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { sealChunks } from '@holdfast/core/vault/seal-chunks'
import { sealInline } from '@holdfast/core/vault/seal-object'
import type { SealedObject, SealPlace } from '@holdfast/core/vault/seal-object'
import { systemRandom } from '../home/platform.ts'
import type { SmallFile, WorkerReply, WorkerRequest } from './messages.ts'
import { readStamped } from './stamped-file.ts'

/** Seals files in a thread of its own: reading, cutting, compressing, encrypting and hashing need a whole core. One request at a time. */
const port = parentPort!
/** Chunks sent and not yet taken: bounds the memory between the threads. */
const AHEAD = 4

let taken: () => void = () => undefined
let outstanding = 0
let cancelled = false

port.on('message', (request: WorkerRequest) => {
  switch (request.kind) {
    case 'large':
      return void sealLarge(request)
    case 'small':
      return void sealSmall(request)
    case 'cancel':
      cancelled = true
      return taken()
    case 'taken':
      outstanding--
      return taken()
  }
})

async function sealLarge({ file, keys }: Extract<WorkerRequest, { kind: 'large' }>): Promise<void> {
  outstanding = 0
  cancelled = false
  try {
    for await (const { id, blob, key, length } of sealChunks(readStamped(file.path, file.stamp), keys)) {
      while (outstanding >= AHEAD && !cancelled) await new Promise<void>((resolve) => (taken = resolve))
      if (cancelled) break
      outstanding++
      const own = owned(blob)
      reply({ kind: 'chunk', id, blob: own, key, length }, [own.buffer as ArrayBuffer])
    }
    reply({ kind: 'end' })
  } catch (error) {
    reply({ kind: 'failed', code: codeOf(error) })
  }
}

async function sealSmall({ files, place }: Extract<WorkerRequest, { kind: 'small' }>): Promise<void> {
  const objects: (SealedObject | ErrorCode)[] = []
  const handedOver: ArrayBuffer[] = []
  for (const file of files) {
    const object = await sealOne(file, place).catch(codeOf)
    objects.push(object)
    if (typeof object === 'object') handedOver.push(object.manifest.buffer as ArrayBuffer)
  }
  reply({ kind: 'sealed', objects }, handedOver)
}

async function sealOne({ path, stamp, kind }: SmallFile, place: SealPlace): Promise<SealedObject> {
  const object = await sealInline(concat(...readStamped(path, stamp)), kind, place, systemRandom)
  return { ...object, manifest: owned(object.manifest) }
}

/** Alone in its memory, so that this can be handed to the other thread. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()
}

function codeOf(error: unknown): ErrorCode {
  return isHoldfastError(error) ? error.code : 'INTERNAL'
}

function reply(message: WorkerReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
