import type { Socket } from 'node:net'
import { explain, HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { CONTROL, ControlFrameReader, decodeJson, encodeFrame, encodeJson, PIECE_BYTES } from './frames.ts'
import type { ControlFrame } from './frames.ts'
import type { Ask, OperationEvent, OperationIo } from '@holdfast/core/ports/operation-io'
import { Inbox } from './inbox.ts'
import { sendTo } from './send.ts'

/** What a server does with a call. Throws HoldfastError. */
export type ControlHandler = (op: string, args: unknown, io: OperationIo) => Promise<void>

/**
 * The server's side of one connection: one call. Resolves when the call has ended and the socket is closed, whatever
 * the client did; never rejects.
 */
export async function serveConnection(socket: Socket, handler: ControlHandler, closing: AbortSignal): Promise<void> {
  const session = new ServerSession(socket, handler)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const stop = () => session.shutDown()
  closing.addEventListener('abort', stop, { once: true })
  session.begin()
  if (closing.aborted) stop()
  await closed
  closing.removeEventListener('abort', stop)
  await session.running
}

/** More often nobody can read it, and thousands of small files would cost as much to tell as to take in. */
const PROGRESS_EVERY_MS = 100

class ServerSession {
  /** Resolves when the called operation has ended. */
  running: Promise<void> | undefined
  private readonly socket: Socket
  private readonly handler: ControlHandler
  private readonly cancel = new AbortController()
  private readonly reader = new ControlFrameReader()
  private readonly stdin = new Inbox(() => this.socket.write(encodeFrame(CONTROL.more)))
  private answer: ((value: unknown) => void) | undefined
  private progressPending = false
  private nextProgressMs = 0

  constructor(socket: Socket, handler: ControlHandler) {
    this.socket = socket
    this.handler = handler
  }

  begin(): void {
    this.socket.on('data', (piece) => this.receive(piece))
    this.socket.on('error', () => this.socket.destroy())
    this.socket.on('close', () => this.abort(new HoldfastError('ABORTED')))
  }

  shutDown(): void {
    if (this.running === undefined) this.socket.destroy()
    this.abort(new HoldfastError('DISCONNECTED', 'The running Holdfast process was stopped.'))
  }

  private receive(piece: Uint8Array): void {
    try {
      for (const frame of this.reader.push(piece)) this.take(frame)
    } catch {
      this.socket.destroy() // whoever speaks otherwise is not our client
    }
  }

  private take({ kind, payload }: ControlFrame): void {
    if (this.running === undefined) {
      if (kind !== CONTROL.call) throw new HoldfastError('MALFORMED')
      this.socket.write(encodeFrame(CONTROL.taken))
      this.running = this.run(payload)
    } else if (kind === CONTROL.cancel) this.abort(new HoldfastError('ABORTED'))
    else if (kind === CONTROL.stdin) this.stdin.put(payload)
    else if (kind === CONTROL.stdinEnd) this.stdin.end()
    else if (kind === CONTROL.answer && this.answer !== undefined) this.answer(decodeJson(payload))
    else throw new HoldfastError('MALFORMED')
  }

  private async run(payload: Uint8Array): Promise<void> {
    let end: Record<string, unknown> = {}
    try {
      const { op, args } = asCall(decodeJson(payload))
      await this.handler(op, args, this.io())
    } catch (error) {
      end = endOf(error, this.cancel.signal)
    }
    this.socket.end(encodeJson(CONTROL.done, end))
  }

  private io(): OperationIo {
    return {
      emit: (event) => this.send(encodeJson(CONTROL.event, event)),
      progress: (event) => this.progress(event),
      write: (bytes) => this.write(bytes),
      input: () => this.stdin.read(),
      ask: (question) => this.ask(question),
      signal: this.cancel.signal
    }
  }

  private progress(event: OperationEvent): void {
    if (this.progressPending || this.socket.destroyed || performance.now() < this.nextProgressMs) return
    this.progressPending = true
    this.nextProgressMs = performance.now() + PROGRESS_EVERY_MS
    const sent = () => {
      this.progressPending = false
    }
    this.send(encodeJson(CONTROL.event, event)).then(sent, sent)
  }

  private async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      await this.send(encodeFrame(CONTROL.stdout, bytes.subarray(at, at + PIECE_BYTES)))
    }
  }

  private async ask(question: Ask): Promise<boolean> {
    const answered = new Promise<unknown>((resolve, reject) => {
      this.answer = resolve
      this.cancel.signal.addEventListener('abort', () => reject(this.cancel.signal.reason as Error), { once: true })
    })
    answered.catch(() => undefined) // the send below may fail first
    await this.send(encodeJson(CONTROL.ask, question))
    const value = await answered
    this.answer = undefined
    if (typeof value !== 'boolean') throw new HoldfastError('NEEDS_CONFIRMATION')
    return value
  }

  private send(frame: Uint8Array): Promise<void> {
    this.cancel.signal.throwIfAborted()
    return sendTo(this.socket, frame)
  }

  private abort(reason: HoldfastError): void {
    if (this.cancel.signal.aborted) return
    this.cancel.abort(reason)
    this.stdin.fail(reason)
  }
}

function asCall(value: unknown): { op: string; args: unknown } {
  if (typeof value !== 'object' || value === null) throw new HoldfastError('MALFORMED')
  const { op, args } = value as { op?: unknown; args?: unknown }
  if (typeof op !== 'string') throw new HoldfastError('MALFORMED')
  return { op, args }
}

/** A cancelled operation ends as cancelled, whatever its parts threw when they were stopped. */
function endOf(error: unknown, signal: AbortSignal): Record<string, unknown> {
  const stopped = signal.aborted && !isHoldfastError(error, 'PARTLY_DONE') ? (signal.reason as unknown) : error
  const known = isHoldfastError(stopped) ? stopped : new HoldfastError('INTERNAL', String(stopped))
  const detail = known.message === explain(known.code).cause ? undefined : known.message
  return { code: known.code, detail, waitMs: known.waitMs }
}
