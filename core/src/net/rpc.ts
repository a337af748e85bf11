import { HoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { releaseBody } from './body-pool.ts'
import { FRAME, MAX_FRAME_ID } from './frame.ts'
import { OutstandingLine } from './outstanding-line.ts'
import { decodeRefusal, encodeRefusal } from './wire-errors.ts'
import type { Channel } from './channel.ts'
import type { Frame } from './frame.ts'

export interface RpcClient {
  /**
   * Sends a request and resolves with its answer. Rejects with the peer's refusal, TIMEOUT (nothing moved on the channel
   * for `idleMs`), ABORTED, DISCONNECTED, or TOO_LARGE (the answer is larger than expected, or the request too large).
   */
  request(header: Uint8Array, body?: Uint8Array, options?: RequestOptions): Promise<Reply>
}

export interface RequestOptions {
  readonly signal?: AbortSignal
  readonly idleMs?: number
  /** Largest body the answer may have; a larger one is refused. */
  readonly expectBytes?: number
}

export interface Reply {
  readonly header: Uint8Array
  /** The asker's to keep; `releaseBody` (body-pool.ts) once it is done with saves half the cost of the next one. */
  readonly body: Uint8Array
}

export interface RpcClientOptions {
  /** Bound on the sum, over requests in flight, of the larger of request body and expected answer. */
  readonly maxOutstandingBytes?: number
  readonly maxOutstanding?: number
  /** Told of the header of what the other side says unasked; without it nothing may come unasked. */
  readonly onMessage?: (header: Uint8Array) => void
}

const IDLE_MS = 15_000
/** Body of an answer to a request that named no size. */
const EXPECT_BYTES = 64 * 1024
const NOTHING = new Uint8Array(0)

/** Owns the channel's reading side. Ends with the channel: close that. */
export function createRpcClient(channel: Channel, options: RpcClientOptions = {}): RpcClient {
  return new ChannelRpcClient(channel, options)
}

class ChannelRpcClient implements RpcClient {
  private readonly channel: Channel
  private readonly line: OutstandingLine
  private readonly pending = new Map<number, Pending>()
  private readonly onMessage: RpcClientOptions['onMessage']
  private lastId = 0
  private ended: HoldfastError | undefined

  constructor(channel: Channel, options: RpcClientOptions) {
    this.channel = channel
    this.onMessage = options.onMessage
    this.line = new OutstandingLine(
      options.maxOutstandingBytes ?? LIMITS.outstandingBytes,
      options.maxOutstanding ?? LIMITS.outstandingRequests
    )
    void this.read()
  }

  async request(header: Uint8Array, body: Uint8Array = NOTHING, options: RequestOptions = {}): Promise<Reply> {
    const bytes = Math.max(body.length, options.expectBytes ?? 0)
    if (!this.line.tryEnter(bytes)) await this.line.enter(bytes, options.signal)
    try {
      if (options.signal?.aborted === true) throw new HoldfastError('ABORTED')
      if (this.ended !== undefined) throw this.ended
      return await this.exchange(header, body, options)
    } finally {
      this.line.leave(bytes)
    }
  }

  private exchange(header: Uint8Array, body: Uint8Array, options: RequestOptions): Promise<Reply> {
    const id = this.nextId()
    return new Promise<Reply>((resolve, reject) => {
      const stopWatching = this.watch(options, (error) => settle(error))
      const settle = (result: Reply | HoldfastError): void => {
        this.pending.delete(id)
        stopWatching()
        if (result instanceof HoldfastError) reject(result)
        else resolve(result)
      }
      this.pending.set(id, { settle, expectBytes: options.expectBytes ?? EXPECT_BYTES })
      this.channel.send({ kind: FRAME.request, id, header, body }).catch((error: unknown) => settle(asHoldfast(error)))
    })
  }

  /** Calls `give` once nothing has moved for `idleMs`, or the signal fires. */
  private watch({ signal, idleMs = IDLE_MS }: RequestOptions, give: (error: HoldfastError) => void): () => void {
    const startMs = this.channel.nowMs()
    const check = (): void => {
      const leftMs = idleMs - (this.channel.nowMs() - Math.max(startMs, this.channel.lastProgressMs))
      if (leftMs > 0) cancel = this.channel.later(Math.ceil(leftMs), check)
      else give(new HoldfastError('TIMEOUT'))
    }
    let cancel = this.channel.later(idleMs, check)
    const onAbort = (): void => give(new HoldfastError('ABORTED'))
    signal?.addEventListener('abort', onAbort, { once: true })
    return () => {
      cancel()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  private nextId(): number {
    do this.lastId = this.lastId === MAX_FRAME_ID ? 1 : this.lastId + 1
    while (this.pending.has(this.lastId))
    return this.lastId
  }

  private async read(): Promise<void> {
    try {
      for (let frame = await this.channel.next(); frame !== null; frame = await this.channel.next()) this.answer(frame)
      this.end(new HoldfastError('DISCONNECTED'))
      await this.channel.close()
    } catch (error) {
      const reason = asHoldfast(error)
      this.channel.abort(reason)
      this.end(reason)
    }
  }

  private answer(frame: Frame): void {
    if (frame.kind === FRAME.message && this.onMessage !== undefined) return this.onMessage(frame.header)
    if (frame.kind !== FRAME.response && frame.kind !== FRAME.refusal)
      throw new HoldfastError('MALFORMED', 'not an answer')
    const pending = this.pending.get(frame.id)
    // Given up in the meantime.
    if (pending === undefined) return releaseBody(frame.body)
    if (frame.kind === FRAME.refusal) pending.settle(decodeRefusal(frame.header))
    else if (frame.body.length > pending.expectBytes) pending.settle(new HoldfastError('TOO_LARGE'))
    else pending.settle({ header: frame.header, body: frame.body })
  }

  private end(reason: HoldfastError): void {
    this.ended = reason
    for (const { settle } of this.pending.values()) settle(reason)
    this.line.end(reason)
  }
}

interface Pending {
  readonly settle: (result: Reply | HoldfastError) => void
  readonly expectBytes: number
}

export type RpcHandler = (
  header: Uint8Array,
  body: Uint8Array
) => Promise<{ readonly header: Uint8Array; readonly body?: Uint8Array }>

export interface ServeOptions {
  /** Requests answered at once. While as many run, no further one is read, and the sender has to wait. */
  readonly maxConcurrent?: number
  /** The handler keeps no part of a request's body beyond its own promise: the memory is used again. */
  readonly reuseBodies?: boolean
  /** Told of errors that are not HoldfastErrors: the peer hears only PEER_FAILED. */
  readonly onError?: (error: unknown) => void
}

/**
 * Answers requests until the other side ends, then closes the channel. A HoldfastError thrown by the handler becomes a
 * refusal with its code. Never rejects.
 */
export async function serveRpc(channel: Channel, handler: RpcHandler, options: ServeOptions = {}): Promise<void> {
  const maxConcurrent = options.maxConcurrent ?? LIMITS.concurrentRequests
  const running = new Set<Promise<void>>()
  try {
    for (let frame = await channel.next(); frame !== null; frame = await channel.next()) {
      if (frame.kind !== FRAME.request) throw new HoldfastError('MALFORMED', 'not a request')
      const task: Promise<void> = respond(channel, frame, handler, options).finally(() => running.delete(task))
      running.add(task)
      if (running.size >= maxConcurrent) await Promise.race(running)
    }
    await Promise.all(running)
    await channel.close()
  } catch (error) {
    channel.abort(asHoldfast(error))
    await Promise.all(running)
  }
}

/** Never rejects: a channel that is gone has nobody to tell. */
async function respond(
  channel: Channel,
  { id, header, body }: Frame,
  handler: RpcHandler,
  options: ServeOptions
): Promise<void> {
  let answer: Frame
  try {
    const reply = await handler(header, body)
    answer = { kind: FRAME.response, id, header: reply.header, body: reply.body ?? NOTHING }
  } catch (error) {
    if (!(error instanceof HoldfastError)) options.onError?.(error)
    answer = refusal(id, error)
  }
  await channel.send(answer).catch((error: unknown) => refuseInstead(channel, id, error, options.onError))
  if (options.reuseBodies === true) releaseBody(body)
}

/** An answer over the protocol's own limits is this side's mistake; the asker must not wait for it in vain. */
async function refuseInstead(
  channel: Channel,
  id: number,
  error: unknown,
  onError: ServeOptions['onError']
): Promise<void> {
  if (!(error instanceof HoldfastError) || error.code !== 'TOO_LARGE') return
  onError?.(error)
  await channel.send(refusal(id, new HoldfastError('INTERNAL'))).catch(() => undefined)
}

function refusal(id: number, error: unknown): Frame {
  return { kind: FRAME.refusal, id, header: encodeRefusal(error), body: NOTHING }
}

function asHoldfast(error: unknown): HoldfastError {
  return error instanceof HoldfastError ? error : new HoldfastError('INTERNAL', undefined, { cause: error })
}
