import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { ObjectKind } from '@holdfast/core/seal/manifest'
import type { ContentKeys, SealedChunk } from '@holdfast/core/vault/content-source'
import type { SealedObject, SealPlace } from '@holdfast/core/vault/seal-object'
import type { ListedFile, SmallFile, WorkerReply, WorkerRequest } from './messages.ts'
import { SmallFiles } from './small-files.ts'

/**
 * Threads that seal files, so that `add` uses the other cores while this one stores and sends. Threads start with the
 * first file and end with `close`.
 */
export class SealPool {
  private readonly most: number
  private readonly idle: Worker[] = []
  private readonly all = new Set<Worker>()
  private readonly waiting: { resolve(worker: Worker): void; reject(error: HoldfastError): void }[] = []
  private readonly small: SmallFiles
  private closed = false

  constructor(threads = Math.max(1, availableParallelism())) {
    this.most = threads
    this.small = new SmallFiles(threads, (files, place) => this.sendSmall(files, place))
  }

  /** How many files can be sealed at once. */
  get threads(): number {
    return this.most
  }

  /** The chunks of a file, sealed, in order. Throws FILE_CHANGED, FILE_UNREADABLE, ABORTED when the pool is closed, INTERNAL. */
  async *sealFile({ path, stamp }: ListedFile, { convergence, gate }: ContentKeys): AsyncGenerator<SealedChunk> {
    const worker = await this.take()
    const inbox = new Inbox(worker, () => this.closed)
    let finished = false
    try {
      post(worker, { kind: 'large', file: { path, stamp }, keys: { convergence, gate } })
      for (;;) {
        const message = await inbox.next()
        if (message.kind === 'chunk') {
          yield message
          post(worker, { kind: 'taken' })
          continue
        }
        finished = true
        if (message.kind === 'failed') throw new HoldfastError(message.code)
        return
      }
    } finally {
      if (!finished && !inbox.isDead) await this.cancel(worker, inbox)
      inbox.close()
      this.giveBack(worker, inbox.isDead)
    }
  }

  /** A file that fits into its manifest, sealed whole. Throws what `sealFile` throws. */
  sealSmall(
    { path, stamp }: ListedFile,
    kind: ObjectKind,
    { vault, keys: { id, keySlot } }: SealPlace
  ): Promise<SealedObject> {
    return this.small.seal({ path, stamp, kind }, { vault, keys: { id, keySlot } })
  }

  async close(): Promise<void> {
    this.closed = true
    for (const { reject } of this.waiting.splice(0)) reject(new HoldfastError('ABORTED'))
    await Promise.all([...this.all].map((worker) => worker.terminate()))
  }

  private async sendSmall(
    files: readonly SmallFile[],
    place: SealPlace
  ): Promise<Extract<WorkerReply, { kind: 'sealed' }>['objects']> {
    const worker = await this.take()
    const inbox = new Inbox(worker, () => this.closed)
    try {
      post(worker, { kind: 'small', files, place })
      const reply = await inbox.next()
      if (reply.kind !== 'sealed') throw new HoldfastError('INTERNAL')
      return reply.objects
    } finally {
      inbox.close()
      this.giveBack(worker, inbox.isDead)
    }
  }

  private async cancel(worker: Worker, inbox: Inbox): Promise<void> {
    post(worker, { kind: 'cancel' })
    for (;;) {
      const message = await inbox.next().catch(() => undefined)
      if (message?.kind !== 'chunk') return
    }
  }

  private take(): Promise<Worker> {
    if (this.closed) throw new HoldfastError('ABORTED')
    const free = this.idle.pop()
    if (free !== undefined) return Promise.resolve(free)
    if (this.all.size < this.most) return Promise.resolve(this.start())
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }))
  }

  private start(): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url))
    // The process may end while threads wait for work.
    worker.unref()
    worker.setMaxListeners(0)
    // One that dies while it waits for work is not given any.
    worker.on('error', () => undefined)
    worker.once('exit', () => {
      this.all.delete(worker)
      if (this.idle.includes(worker)) this.idle.splice(this.idle.indexOf(worker), 1)
    })
    this.all.add(worker)
    return worker
  }

  private giveBack(worker: Worker, isDead: boolean): void {
    if (isDead) this.all.delete(worker)
    if (this.closed) return
    const next = this.waiting.shift()
    if (next !== undefined) next.resolve(isDead ? this.start() : worker)
    else if (!isDead) this.idle.push(worker)
  }
}

/** Messages of one worker, asked for one by one. */
class Inbox {
  isDead = false
  private readonly worker: Worker
  private readonly isClosed: () => boolean
  private readonly queue: WorkerReply[] = []
  private wake: () => void = () => undefined
  private readonly onMessage = (message: WorkerReply): void => {
    this.queue.push(message)
    this.wake()
  }
  private readonly onDeath = (): void => {
    this.isDead = true
    this.wake()
  }

  constructor(worker: Worker, isClosed: () => boolean) {
    this.worker = worker
    this.isClosed = isClosed
    worker.ref()
    worker.on('message', this.onMessage)
    worker.on('error', this.onDeath)
    worker.on('exit', this.onDeath)
  }

  async next(): Promise<WorkerReply> {
    for (;;) {
      const message = this.queue.shift()
      if (message !== undefined) return message
      if (this.isDead)
        throw this.isClosed() ? new HoldfastError('ABORTED') : new HoldfastError('INTERNAL', 'a sealing thread ended')
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  close(): void {
    this.worker.off('message', this.onMessage)
    this.worker.off('error', this.onDeath)
    this.worker.off('exit', this.onDeath)
    this.worker.unref()
  }
}

function post(worker: Worker, message: WorkerRequest): void {
  worker.postMessage(message)
}
