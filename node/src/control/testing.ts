import { HoldfastError } from '@holdfast/core/base/errors'
import type { OperationEvent, OperationIo } from '@holdfast/core/ports/operation-io'

/** For tests: the person in front of a command, and what was shown. */
export interface Person extends OperationIo {
  readonly events: OperationEvent[]
  readonly written: Uint8Array[]
}

export interface PersonOptions {
  input?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  signal?: AbortSignal
  answer?: boolean
  onEvent?: () => unknown
  onWrite?: () => Promise<void>
}

export function person(options: PersonOptions = {}): Person {
  const events: OperationEvent[] = []
  const written: Uint8Array[] = []
  return {
    events,
    written,
    async emit(event) {
      events.push(event)
      await options.onEvent?.()
    },
    progress: () => undefined,
    async write(bytes) {
      written.push(bytes)
      await options.onWrite?.()
    },
    async *input() {
      yield* options.input ?? []
    },
    async ask() {
      if (options.answer === undefined) throw new HoldfastError('NEEDS_CONFIRMATION')
      return options.answer
    },
    signal: options.signal ?? new AbortController().signal
  }
}

/** Waits until a number has stopped growing. */
export async function steady(value: () => number): Promise<void> {
  let last = -1
  for (let same = 0; same < 50; same++) {
    if (value() !== last) same = 0
    last = value()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
