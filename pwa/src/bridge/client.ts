import { HoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import { toPage } from './check-message.ts'
import type { AnyCall, Calls, Marker, Method, ToPage, ToWorker } from './messages.ts'
import type { AppState, NewDevice, VaultEvent } from './vault-worker.ts'
import type { Wire } from './wire.ts'

export interface ClientEvents {
  onState(state: AppState): void
  onChange(): void
  onMark(marker: Marker | null): void
}

/** What the caller of one call hears meanwhile. */
export interface CallIo {
  readonly onEvent?: ((event: VaultEvent) => void) | undefined
  readonly onProgress?: ((event: VaultEvent) => void) | undefined
  readonly onWords?: ((words: readonly string[]) => void) | undefined
  readonly newDevice?: (() => Promise<NewDevice>) | undefined
  readonly ask?: ((question: string) => Promise<boolean>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** The page's end of the bridge to one worker: calls by number, until that worker ends. */
export class Client {
  readonly #wire: Wire
  readonly #events: ClientEvents
  readonly #calls = new Map<number, Pending>()
  #lastId = 0
  #ended: ErrorCode | undefined

  constructor(wire: Wire, events: ClientEvents) {
    this.#wire = wire
    this.#events = events
    wire.listen((message) => this.#hear(toPage(message)))
  }

  /** Rejects HoldfastError; ABORTED when the signal fires. */
  call<M extends Method>(method: M, args: Calls[M]['args'], io: CallIo = {}): Promise<Calls[M]['value']> {
    const { signal } = io
    if (this.#ended !== undefined) return Promise.reject(new HoldfastError(this.#ended))
    if (signal?.aborted === true) return Promise.reject(new HoldfastError('ABORTED'))
    this.#lastId++
    const id = this.#lastId
    const cancel = (): void => this.post({ kind: 'cancel', id })
    signal?.addEventListener('abort', cancel, { once: true })
    const done = new Promise<unknown>((resolve, reject) => this.#calls.set(id, { io, resolve, reject }))
    this.post({ kind: 'call', id, ...({ method, args } as AnyCall) })
    return done.finally(() => signal?.removeEventListener('abort', cancel)) as Promise<Calls[M]['value']>
  }

  post(message: ToWorker, transfer?: Transferable[]): void {
    this.#wire.post(message, transfer)
  }

  /** The worker is gone: whoever waits hears so. */
  end(code: ErrorCode): void {
    this.#ended ??= code
    for (const { reject } of this.#calls.values()) reject(new HoldfastError(code))
    this.#calls.clear()
  }

  #hear(message: ToPage): void {
    if (this.#ended !== undefined) return
    switch (message.kind) {
      case 'state':
        return this.#events.onState(message.state)
      case 'changed':
        return this.#events.onChange()
      case 'mark':
        return this.#events.onMark(message.marker)
      default:
        return this.#hearOfCall(message)
    }
  }

  #hearOfCall(message: Extract<ToPage, { id: number }>): void {
    const { id } = message
    const pending = this.#calls.get(id)
    if (pending === undefined) return
    const { io } = pending
    switch (message.kind) {
      case 'events':
        this.post({ kind: 'taken', id })
        for (const event of message.events) io.onEvent?.(event)
        return
      case 'progress':
        return io.onProgress?.(message.event)
      case 'words':
        return io.onWords?.(message.words)
      case 'let in':
        return void io.newDevice?.().then((device) => this.post({ kind: 'device', id, device }))
      case 'ask':
        return void this.#answer(id, message.question, message.text, io)
      case 'done':
        this.#calls.delete(id)
        return pending.resolve(message.value)
      case 'failed':
        this.#calls.delete(id)
        return pending.reject(new HoldfastError(message.code))
    }
  }

  async #answer(id: number, question: number, text: string, { ask }: CallIo): Promise<void> {
    const isYes = (await ask?.(text).catch(() => false)) ?? false
    this.post({ kind: 'answer', id, question, isYes })
  }
}

interface Pending {
  readonly io: CallIo
  readonly resolve: (value: unknown) => void
  readonly reject: (error: HoldfastError) => void
}
