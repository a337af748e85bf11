import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Wait } from '../../ports/wait.ts'
import { encodeBlobRequest } from '../wire/blob-messages.ts'
import type { PutItem } from '../wire/blob-messages.ts'
import { decodePutReply } from '../wire/blob-replies.ts'
import type { PutOutcome } from '../wire/blob-replies.ts'

export interface PutLaneOptions {
  readonly link: PeerLink
  readonly wait: Wait
  /** Bound on the bytes sent and not answered. */
  readonly maxOutstandingBytes?: number
}

/**
 * Blobs on their way to one peer: small ones together in one body, large ones as they are, a bounded number of bytes
 * unanswered. While nothing is on its way a blob leaves at once; otherwise a body fills until one is answered.
 */
export class PutLane {
  private readonly o: PutLaneOptions
  private readonly maxBytes: number
  private filling: Body | undefined
  private readonly ready: Body[] = []
  private readyBytes = 0
  private outstanding = 0
  private outstandingBytes = 0
  private waiting: (() => void)[] = []
  private pumping = false

  constructor(options: PutLaneOptions) {
    this.o = options
    this.maxBytes = options.maxOutstandingBytes ?? LIMITS.blobOutstandingBytes
  }

  /** Resolves when the peer has answered. `bytes` must not change until then. Rejects with what ended the request. */
  put(vault: VaultId, item: PutItem, bytes: Uint8Array, signal?: AbortSignal): Promise<PutOutcome> {
    return new Promise((resolve, reject) => {
      if (this.filling !== undefined && !fits(this.filling, vault, bytes.length, signal)) this.close()
      this.filling ??= { vault, signal, items: [], parts: [], bytes: 0, settle: [] }
      this.filling.items.push(item)
      this.filling.parts.push(bytes)
      this.filling.bytes += bytes.length
      this.filling.settle.push({ resolve, reject })
      if (this.filling.bytes >= LIMITS.blobTransferBytes) this.close()
      this.pumpSoon()
    })
  }

  /** Resolves when another blob may be put without holding more than the bound. */
  async room(): Promise<void> {
    while (this.outstandingBytes + this.readyBytes >= this.maxBytes)
      await new Promise<void>((go) => this.waiting.push(go))
  }

  /** After what runs now: blobs that are put together leave together. */
  private pumpSoon(): void {
    if (this.pumping) return
    this.pumping = true
    void Promise.resolve().then(() => {
      this.pumping = false
      this.pump()
    })
  }

  private close(): void {
    if (this.filling === undefined) return
    this.ready.push(this.filling)
    this.readyBytes += this.filling.bytes
    this.filling = undefined
  }

  private pump(): void {
    if (this.outstanding === 0 && this.ready.length === 0) this.close()
    for (let body = this.ready[0]; body !== undefined && this.mayLeave(body); body = this.ready[0]) {
      this.ready.shift()
      this.readyBytes -= body.bytes
      void this.send(body)
    }
    const go = this.waiting
    this.waiting = []
    for (const one of go) one()
  }

  private mayLeave(body: Body): boolean {
    return this.outstanding === 0 || this.outstandingBytes + body.bytes <= this.maxBytes
  }

  private async send(body: Body): Promise<void> {
    this.outstanding += 1
    this.outstandingBytes += body.bytes
    try {
      const outcomes = await this.exchange(body)
      body.settle.forEach((one, i) => one.resolve(outcomes[i]!))
    } catch (error) {
      for (const one of body.settle) one.reject(error)
    }
    this.outstanding -= 1
    this.outstandingBytes -= body.bytes
    this.pump()
  }

  private async exchange({ vault, items, parts, bytes, signal }: Body): Promise<PutOutcome[]> {
    const header = encodeBlobRequest({ kind: 'put', vault, items })
    const body = joined(parts, bytes)
    const reply = await patiently(this.o.wait, signal, () => this.o.link.request(header, withSignal({ body }, signal)))
    return decodePutReply(reply.header, items.length)
  }
}

/** Asks again after the time the peer named, for as long as it asks to wait. */
export async function patiently<T>(wait: Wait, signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    if (signal?.aborted === true) throw new HoldfastError('ABORTED')
    try {
      return await ask()
    } catch (error) {
      if (!isHoldfastError(error, 'RATE_LIMITED')) throw error
      await wait(error.waitMs ?? DEFAULT_WAIT_MS, signal)
    }
  }
}

export function withSignal<T extends object>(
  options: T,
  signal: AbortSignal | undefined
): T & { signal?: AbortSignal } {
  return signal === undefined ? options : { ...options, signal }
}

const DEFAULT_WAIT_MS = 1000

interface Body {
  readonly vault: VaultId
  readonly signal: AbortSignal | undefined
  readonly items: PutItem[]
  readonly parts: Uint8Array[]
  bytes: number
  readonly settle: { resolve(outcome: PutOutcome): void; reject(error: unknown): void }[]
}

function fits(body: Body, vault: VaultId, bytes: number, signal: AbortSignal | undefined): boolean {
  if (body.vault !== vault || body.signal !== signal || body.items.length >= LIMITS.blobsPerTransfer) return false
  return body.bytes + bytes <= LIMITS.blobTransferBytes
}

/** One blob is sent as it is; several are copied once. */
function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const body = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}
