import { HoldfastError } from '@holdfast/core/base/errors'

/**
 * What is said over a control socket: `u32 payload length | u8 kind | payload`, big-endian. The client calls once, and
 * sends standard input only as it is asked for (`more`: one frame each), so that `cancel` is never stuck behind it.
 */
export const CONTROL = {
  /** Client: JSON `{v, op, args}`. First, once. */
  call: 0,
  /** Server: JSON, one event. */
  event: 1,
  /** Server: bytes of standard output. */
  stdout: 2,
  /** Client: bytes of standard input. */
  stdin: 3,
  stdinEnd: 4,
  /** Server: JSON, a question for the person. */
  ask: 5,
  /** Client: JSON, true, false, or null when there is nobody to ask. */
  answer: 6,
  /** Server: JSON `{code?, detail?, waitMs?}`. Last. */
  done: 7,
  /** Client: the person pressed Ctrl-C. */
  cancel: 8,
  /** Server: room for one more frame of standard input. */
  more: 9,
  /** Server: at once after the call, so that a process that hangs is told from one that works. */
  taken: 10
} as const
export type ControlKind = (typeof CONTROL)[keyof typeof CONTROL]

export interface ControlFrame {
  readonly kind: ControlKind
  readonly payload: Uint8Array
}

/** A frame over this is refused before anything of it is kept. */
const MAX_FRAME_BYTES = 1024 * 1024
/** Bytes one frame of standard input or output carries. */
export const PIECE_BYTES = 256 * 1024
const PREFIX_BYTES = 5
const LAST_KIND = CONTROL.taken

/** Throws TOO_LARGE. */
export function encodeFrame(kind: ControlKind, payload: Uint8Array = EMPTY): Uint8Array {
  if (payload.length > MAX_FRAME_BYTES) throw new HoldfastError('TOO_LARGE')
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + payload.length)
  frame.writeUInt32BE(payload.length, 0)
  frame.writeUInt8(kind, 4)
  frame.set(payload, PREFIX_BYTES)
  return frame
}

export function encodeJson(kind: ControlKind, value: unknown): Uint8Array {
  return encodeFrame(kind, Buffer.from(JSON.stringify(value)))
}

/** Throws MALFORMED. */
export function decodeJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch (cause) {
    throw new HoldfastError('MALFORMED', undefined, { cause })
  }
}

/** Cuts a byte stream into frames. Throws MALFORMED or TOO_LARGE as soon as the prefix shows it. */
export class ControlFrameReader {
  private held: Buffer = Buffer.alloc(0)

  /** The frames that `piece` completes, in order. */
  push(piece: Uint8Array): ControlFrame[] {
    const frames: ControlFrame[] = []
    this.held = this.held.length === 0 ? Buffer.from(piece) : Buffer.concat([this.held, piece])
    while (this.held.length >= PREFIX_BYTES) {
      const length = this.held.readUInt32BE(0)
      const kind = this.held.readUInt8(4)
      if (length > MAX_FRAME_BYTES) throw new HoldfastError('TOO_LARGE')
      if (kind > LAST_KIND) throw new HoldfastError('MALFORMED', 'an unknown kind of frame')
      if (this.held.length < PREFIX_BYTES + length) break
      const payload = new Uint8Array(this.held.subarray(PREFIX_BYTES, PREFIX_BYTES + length))
      this.held = this.held.subarray(PREFIX_BYTES + length)
      frames.push({ kind: kind as ControlKind, payload })
    }
    return frames
  }
}

const EMPTY: Uint8Array = new Uint8Array(0)
