import { parentPort } from 'node:worker_threads'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { sealChunks } from '@holdfast/core/vault/seal-chunks'
import type { WorkerReply, WorkerRequest } from './messages.ts'
import { readStampedFile } from './read-file.ts'

/** Seals one file at a time, in a thread of its own: cutting, compressing, encrypting and hashing need a whole core. */
const port = parentPort!
/** Chunks sent and not yet taken: bounds the memory between the threads. */
const AHEAD = 4

let taken: () => void = () => undefined
let outstanding = 0
let cancelled = false

port.on('message', (request: WorkerRequest) => {
  if (request.kind === 'file') void sealFile(request)
  else if (request.kind === 'cancel') {
    cancelled = true
    taken()
  } else {
    outstanding--
    taken()
  }
})

async function sealFile({ path, stamp, convergence, gate }: Extract<WorkerRequest, { kind: 'file' }>): Promise<void> {
  outstanding = 0
  cancelled = false
  try {
    for await (const { id, blob, key, length } of sealChunks(readStampedFile(path, stamp), { convergence, gate })) {
      while (outstanding >= AHEAD && !cancelled) await new Promise<void>((resolve) => (taken = resolve))
      if (cancelled) break
      outstanding++
      const own = blob.byteLength === blob.buffer.byteLength ? blob : blob.slice()
      reply({ kind: 'chunk', id, blob: own, key, length }, [own.buffer as ArrayBuffer])
    }
    reply({ kind: 'end' })
  } catch (error) {
    reply({ kind: 'failed', code: isHoldfastError(error) ? error.code : 'INTERNAL' })
  }
}

function reply(message: WorkerReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
