import { HoldfastError } from '../base/errors.ts'
import { takeBody } from './body-pool.ts'

/** What a frame is for. Layout: `u8 kind | u32 id | u32 header length | u32 body length | header | body`, big-endian. */
export const FRAME = { message: 0, request: 1, response: 2, refusal: 3, keepAlive: 4 } as const
export type FrameKind = (typeof FRAME)[keyof typeof FRAME]

export interface Frame {
  readonly kind: FrameKind
  /** Which request this is or answers; 0 for a message. */
  readonly id: number
  readonly header: Uint8Array
  /** Of a frame that was received: whoever is done with it may give it back (body-pool.ts). */
  readonly body: Uint8Array
}

export interface FrameLimits {
  readonly maxHeaderBytes: number
  readonly maxBodyBytes: number
}

export const PREFIX_BYTES = 13
export const MAX_FRAME_ID = 0xffffffff

/** The buffers of a frame, in order; the caller's header and body are not copied. Throws TOO_LARGE. */
export function frameParts(frame: Frame, limits: FrameLimits): Uint8Array[] {
  const { header, body } = frame
  if (header.length > limits.maxHeaderBytes || body.length > limits.maxBodyBytes) throw new HoldfastError('TOO_LARGE')
  const inline = header.length <= INLINE_HEADER_BYTES
  const start = new Uint8Array(PREFIX_BYTES + (inline ? header.length : 0))
  const view = new DataView(start.buffer)
  view.setUint8(0, frame.kind)
  view.setUint32(1, frame.id)
  view.setUint32(5, header.length)
  view.setUint32(9, body.length)
  const parts: Uint8Array[] = [start]
  if (inline) start.set(header, PREFIX_BYTES)
  else parts.push(header)
  if (body.length > 0) parts.push(body)
  return parts
}

/** A short header is joined to the prefix: one buffer less costs less than the copy. */
const INLINE_HEADER_BYTES = 1024
const NOTHING: Uint8Array = new Uint8Array(0)

/**
 * Puts frames together from pieces as they arrive: each byte is copied once, into the buffer the consumer gets.
 * A frame over the limits throws TOO_LARGE, an unknown kind MALFORMED, before anything of it is kept.
 */
export class FrameReader {
  private readonly limits: FrameLimits
  private readonly onFrame: (frame: Frame) => void
  private readonly prefix = new Uint8Array(PREFIX_BYTES)
  private have = 0
  private header = NOTHING
  private body = NOTHING

  constructor(limits: FrameLimits, onFrame: (frame: Frame) => void) {
    this.limits = limits
    this.onFrame = onFrame
  }

  /** Whether a frame has begun and not ended. */
  get midFrame(): boolean {
    return this.have > 0
  }

  push(piece: Uint8Array): void {
    let at = 0
    while (at < piece.length) {
      at += this.take(piece, at)
      if (this.have === PREFIX_BYTES + this.header.length + this.body.length && this.have >= PREFIX_BYTES) this.finish()
    }
  }

  /** Copies what fits into the part being filled; returns how many bytes that were. */
  private take(piece: Uint8Array, at: number): number {
    const bodyAt = PREFIX_BYTES + this.header.length
    const inPrefix = this.have < PREFIX_BYTES
    const target = inPrefix ? this.prefix : this.have < bodyAt ? this.header : this.body
    const offset = inPrefix ? this.have : this.have < bodyAt ? this.have - PREFIX_BYTES : this.have - bodyAt
    const count = Math.min(target.length - offset, piece.length - at)
    target.set(at === 0 && count === piece.length ? piece : piece.subarray(at, at + count), offset)
    this.have += count
    if (inPrefix && this.have === PREFIX_BYTES) this.begin()
    return count
  }

  private begin(): void {
    const view = new DataView(this.prefix.buffer)
    const kind = this.prefix[0]!
    if (kind > FRAME.keepAlive) throw new HoldfastError('MALFORMED', 'an unknown kind of frame')
    const numbered = kind !== FRAME.message && kind !== FRAME.keepAlive
    if (!numbered && view.getUint32(1) !== 0) throw new HoldfastError('MALFORMED', 'a message has no number')
    const headerBytes = view.getUint32(5)
    const bodyBytes = view.getUint32(9)
    if (headerBytes > this.limits.maxHeaderBytes || bodyBytes > this.limits.maxBodyBytes)
      throw new HoldfastError('TOO_LARGE')
    this.header = headerBytes === 0 ? NOTHING : takeBody(headerBytes)
    this.body = bodyBytes === 0 ? NOTHING : takeBody(bodyBytes)
  }

  private finish(): void {
    const id = new DataView(this.prefix.buffer).getUint32(1)
    const frame: Frame = { kind: this.prefix[0] as FrameKind, id, header: this.header, body: this.body }
    this.have = 0
    this.header = NOTHING
    this.body = NOTHING
    this.onFrame(frame)
  }
}
