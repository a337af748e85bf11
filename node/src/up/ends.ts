/** What is to be ended when the process stops, the last begun first. */
export class Ends {
  readonly #all: (() => unknown)[] = []

  push(end: () => unknown): void {
    this.#all.push(end)
  }

  /** Ends all of it, whatever one of them throws; throws the first of that. */
  async run(): Promise<void> {
    const failed: unknown[] = []
    for (let end = this.#all.pop(); end !== undefined; end = this.#all.pop())
      try {
        await end()
      } catch (error) {
        failed.push(error)
      }
    if (failed.length > 0) throw failed[0]
  }
}
