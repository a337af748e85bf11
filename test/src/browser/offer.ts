import type { JsonEvent } from '@holdfast/node/story/process/child'
import type { Machine } from '../e2e/machine.ts'

/** One invitation of the laptop, from its making to the answer of the person there. */
export class OfferFrom {
  /** Rejects when the pairing failed. */
  readonly ended: Promise<unknown>
  readonly #heard = new Map<string, Promised<JsonEvent>>()
  readonly #answer = promised<boolean>()

  constructor(laptop: Machine) {
    const onEvent = (event: JsonEvent): void => this.#of(event.type).resolve(event)
    this.ended = laptop.call('pair', { yes: false }, onEvent, { ask: () => this.#answer.promise })
    this.ended.catch(() => undefined) // whoever waits for its end hears of it
  }

  async told(): Promise<{ link: string; words: readonly string[]; addresses: readonly string[] }> {
    const event = await this.#of('link').promise
    return {
      link: String(event['link']),
      words: event['words'] as string[],
      addresses: event['addresses'] as string[]
    }
  }

  /** Resolves when a device has come. */
  async candidate(): Promise<{ words: readonly string[] }> {
    return { words: (await this.#of('candidate').promise)['words'] as string[] }
  }

  answer(isLetIn: boolean): void {
    this.#answer.resolve(isLetIn)
  }

  #of(type: string): Promised<JsonEvent> {
    const known = this.#heard.get(type) ?? promised<JsonEvent>()
    this.#heard.set(type, known)
    return known
  }
}

interface Promised<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function promised<T>(): Promised<T> {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve }
}
