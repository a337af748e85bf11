import type { Wait } from '@holdfast/core/ports/wait'

/** A look at everything takes a phone seconds: it lets the lists that a person asks for meanwhile go first. Those come to an end by themselves. */
export class ListsFirst {
  readonly #wait: Wait
  #reading = 0
  #waiting: (() => void)[] = []

  constructor(wait: Wait) {
    this.#wait = wait
  }

  async list<T>(read: () => Promise<T>): Promise<T> {
    this.#reading++
    try {
      return await read()
    } finally {
      this.#reading--
      if (this.#reading === 0) for (const goOn of this.#waiting.splice(0)) goOn()
    }
  }

  /** Between the parts of a look at everything: others have their turn, and lists are read to their end. */
  async turn(): Promise<void> {
    await this.#wait(0)
    while (this.#reading > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
