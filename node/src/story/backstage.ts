/** What is prepared behind the curtain while something else is told. */
export class Backstage {
  private readonly works = new Map<string, Promise<unknown>>()

  /** That it failed is said where it is awaited. */
  begin(name: string, work: Promise<unknown>): void {
    work.catch(() => undefined)
    this.works.set(name, work)
  }

  async awaited(name: string): Promise<unknown> {
    return this.works.get(name)
  }

  /** Resolves when all of it has ended, however it ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.works.values())
  }
}
