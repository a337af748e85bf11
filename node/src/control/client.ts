import { connect, type Socket } from 'node:net'
import { ERRORS, HoldfastError, isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import {
  CONTROL,
  ControlFrameReader,
  decodeJson,
  encodeFrame,
  encodeJson,
  PIECE_BYTES,
  type ControlFrame
} from './frames.ts'
import type { Ask, OperationEvent, OperationIo } from '@holdfast/core/ports/operation-io'
import { sendTo } from './send.ts'
import { isOurs, type ControlSocket } from './socket-path.ts'

/** A process that answers at the control socket of a home, or `undefined` when none does. */
export async function connectControl(socket: ControlSocket): Promise<ControlClient | undefined> {
  if (!(await isOurs(socket))) return undefined
  return new Promise((resolve) => {
    const connection = connect(socket.path)
    connection.once('connect', () => resolve(new ControlClient(connection)))
    connection.once('error', () => resolve(undefined))
  })
}

/** A process that works takes a call at once; this long only under a crushing load. */
const ANSWER_MS = 5_000

/** One connection, for one call. */
class ControlClient {
  private readonly socket: Socket
  private readonly reader = new ControlFrameReader()
  private input: AsyncIterator<Uint8Array> | undefined
  private rest: Uint8Array | undefined
  private silence: NodeJS.Timeout | undefined
  private feeding: Promise<void> = Promise.resolve()

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => undefined) // its end is noticed where it is read
  }

  /** Ends the connection without a call. */
  close(): void {
    this.socket.destroy()
  }

  /**
   * Runs `op` over there with this process's input, output and person. Resolves when it is done; rejects with the
   * operation's own error, DISCONNECTED when the process ended before it said so, IN_USE when it does not take the call.
   */
  async call(op: string, args: unknown, io: OperationIo): Promise<void> {
    const cancel = () => void sendTo(this.socket, encodeFrame(CONTROL.cancel)).catch(() => undefined)
    io.signal.addEventListener('abort', cancel, { once: true })
    try {
      await sendTo(this.socket, encodeJson(CONTROL.call, { v: 1, op, args }))
      if (io.signal.aborted) cancel()
      this.silence = setTimeout(() => this.socket.destroy(new HoldfastError('IN_USE')), ANSWER_MS)
      await this.follow(io)
    } finally {
      clearTimeout(this.silence)
      io.signal.removeEventListener('abort', cancel)
      this.socket.destroy()
      void this.input?.return?.()
    }
  }

  /** Reads the next piece only when what came before is shown: a slow terminal slows the operation down. */
  private async follow(io: OperationIo): Promise<void> {
    try {
      for await (const piece of this.socket) {
        for (const frame of this.reader.push(piece as Uint8Array)) {
          if (await this.take(frame, io)) return
        }
      }
    } catch (error) {
      throw error instanceof HoldfastError ? error : new HoldfastError('DISCONNECTED', undefined, { cause: error })
    }
    throw new HoldfastError('DISCONNECTED', 'The running Holdfast process ended meanwhile.')
  }

  /** True when it was the last one. */
  private async take({ kind, payload }: ControlFrame, io: OperationIo): Promise<boolean> {
    switch (kind) {
      case CONTROL.event: {
        const event = asEvent(decodeJson(payload))
        if (event.type === 'progress') io.progress(event)
        else await io.emit(event)
        return false
      }
      case CONTROL.taken:
        clearTimeout(this.silence)
        return false
      case CONTROL.stdout:
        await io.write(payload)
        return false
      case CONTROL.ask:
        void this.answer(decodeJson(payload) as Ask, io)
        return false
      case CONTROL.more:
        this.feeding = this.feeding.then(() => this.feed(io))
        return false
      case CONTROL.done:
        throwEnd(decodeJson(payload))
        return true
      default:
        throw new HoldfastError('MALFORMED', 'a frame only clients send')
    }
  }

  private async answer(question: Ask, io: OperationIo): Promise<void> {
    const frame = await io.ask(question).then(
      (value) => encodeJson(CONTROL.answer, value),
      (error: unknown) =>
        isHoldfastError(error, 'ABORTED') ? encodeFrame(CONTROL.cancel) : encodeJson(CONTROL.answer, null)
    )
    await sendTo(this.socket, frame).catch(() => undefined)
  }

  private async feed(io: OperationIo): Promise<void> {
    try {
      const piece = await this.nextPiece(io)
      await sendTo(this.socket, piece === undefined ? encodeFrame(CONTROL.stdinEnd) : encodeFrame(CONTROL.stdin, piece))
    } catch {
      // Input that breaks off must not look like its end.
      await sendTo(this.socket, encodeFrame(CONTROL.cancel)).catch(() => undefined)
    }
  }

  private async nextPiece(io: OperationIo): Promise<Uint8Array | undefined> {
    this.input ??= io.input()[Symbol.asyncIterator]()
    while (this.rest === undefined || this.rest.length === 0) {
      const next = await this.input.next()
      if (next.done === true) return undefined
      this.rest = next.value
    }
    const piece = this.rest.subarray(0, PIECE_BYTES)
    this.rest = this.rest.subarray(PIECE_BYTES)
    return piece
  }
}

function asEvent(value: unknown): OperationEvent {
  if (typeof value === 'object' && value !== null && typeof (value as OperationEvent).type === 'string')
    return value as OperationEvent
  throw new HoldfastError('MALFORMED')
}

function throwEnd(value: unknown): void {
  const { code, detail, waitMs } = value as { code?: unknown; detail?: unknown; waitMs?: unknown }
  if (code === undefined) return
  const known: ErrorCode = typeof code === 'string' && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'INTERNAL'
  const options = typeof waitMs === 'number' ? { waitMs } : undefined
  throw new HoldfastError(known, typeof detail === 'string' ? detail : undefined, options)
}
