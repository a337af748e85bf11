import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { BATCHES_AHEAD, EVENTS_PER_BATCH } from './messages.ts'
import type { AnyCall, Calls, Method, ToPage, ToWorker } from './messages.ts'
import { toWorker } from './check-message.ts'
import type { NewDevice, VaultEvent } from './vault-worker.ts'
import type { Wire } from './wire.ts'

/** What a call may say and ask while it runs. */
export interface ServedIo {
  readonly signal: AbortSignal
  /** Resolves when more may be said. */
  emit(event: VaultEvent): Promise<void>
  /** May be lost when many come. */
  progress(event: VaultEvent): void
  words(words: readonly string[]): void
  /** Says that this device was let in. */
  newDevice(): Promise<NewDevice>
  ask(question: string): Promise<boolean>
}

export type Handlers = {
  readonly [M in Method]: (args: Calls[M]['args'], io: ServedIo) => Promise<Calls[M]['value']>
}

export interface Served extends Handlers {
  start(message: Extract<ToWorker, { kind: 'start' }>): void
  visible(isVisible: boolean): void
  networkChanged(): void
}

/** The worker's end of the bridge. `onFailure`: an error that is none of ours, with where it came from. */
export function serve(wire: Wire, served: Served, onFailure: (error: unknown) => void): (message: ToPage) => void {
  const running = new Map<number, Running>()
  const say = (message: ToPage, transfer?: Transferable[]): void => wire.post(message, transfer)

  async function call(id: number, { method, args }: AnyCall): Promise<void> {
    const run = new Running(id, say)
    running.set(id, run)
    try {
      const handler = served[method] as (args: AnyCall['args'], io: ServedIo) => Promise<unknown>
      const value = await handler.call(served, args, run)
      run.flush()
      say({ kind: 'done', id, value }, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [])
    } catch (error) {
      run.flush()
      if (!isHoldfastError(error)) onFailure(error)
      say({ kind: 'failed', id, code: isHoldfastError(error) ? error.code : 'INTERNAL' })
    } finally {
      running.delete(id)
      run.end()
    }
  }

  wire.listen((data) => {
    const message = toWorker(data)
    switch (message.kind) {
      case 'start':
        return served.start(message)
      case 'visible':
        return served.visible(message.isVisible)
      case 'network':
        return served.networkChanged()
      case 'call':
        return void call(message.id, message)
      case 'cancel':
        return running.get(message.id)?.cancel()
      case 'taken':
        return running.get(message.id)?.taken()
      case 'answer':
        return running.get(message.id)?.answered(message.question, message.isYes)
      case 'device':
        return running.get(message.id)?.named(message.device)
    }
  })
  return say
}

/** How often how far a call is may be told. */
const PROGRESS_EVERY_MS = 100

class Running implements ServedIo {
  readonly #id: number
  readonly #say: (message: ToPage) => void
  readonly #abort = new AbortController()
  readonly #questions = new Map<number, (isYes: boolean) => void>()
  #events: VaultEvent[] = []
  #soon: ReturnType<typeof setTimeout> | undefined
  #ahead = 0
  #room: (() => void)[] = []
  #lastQuestion = 0
  #named: ((device: NewDevice) => void) | undefined
  #progressMs = -Infinity

  constructor(id: number, say: (message: ToPage) => void) {
    this.#id = id
    this.#say = say
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  async emit(event: VaultEvent): Promise<void> {
    this.#events.push(event)
    if (this.#events.length >= EVENTS_PER_BATCH) this.flush()
    else this.#soon ??= setTimeout(() => this.flush())
    if (this.#ahead >= BATCHES_AHEAD) await new Promise<void>((resolve) => this.#room.push(resolve))
  }

  progress(event: VaultEvent): void {
    if (performance.now() - this.#progressMs < PROGRESS_EVERY_MS) return
    this.#progressMs = performance.now()
    this.#say({ kind: 'progress', id: this.#id, event })
  }

  words(words: readonly string[]): void {
    this.#say({ kind: 'words', id: this.#id, words })
  }

  newDevice(): Promise<NewDevice> {
    return this.#untilAnswered((resolve) => {
      this.#named = resolve
      this.#say({ kind: 'let in', id: this.#id })
    })
  }

  named(device: NewDevice): void {
    this.#named?.(device)
  }

  ask(text: string): Promise<boolean> {
    this.#lastQuestion++
    const question = this.#lastQuestion
    this.flush()
    return this.#untilAnswered((resolve) => {
      this.#questions.set(question, resolve)
      this.#say({ kind: 'ask', id: this.#id, question, text })
    })
  }

  answered(question: number, isYes: boolean): void {
    this.#questions.get(question)?.(isYes)
    this.#questions.delete(question)
  }

  cancel(): void {
    this.#abort.abort()
    this.#makeRoom()
  }

  taken(): void {
    this.#ahead--
    this.#makeRoom()
  }

  flush(): void {
    clearTimeout(this.#soon)
    this.#soon = undefined
    if (this.#events.length === 0) return
    this.#ahead++
    this.#say({ kind: 'events', id: this.#id, events: this.#events.splice(0) })
  }

  end(): void {
    clearTimeout(this.#soon)
    this.#makeRoom()
  }

  #untilAnswered<T>(ask: (resolve: (answer: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.signal.addEventListener('abort', () => reject(new HoldfastError('ABORTED')), { once: true })
      ask(resolve)
    })
  }

  #makeRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve()
  }
}
