/** Counts the readers of a snapshot, so that one may wait for those that began before. */
export class Readers {
  readonly #open = new Set<Promise<void>>()

  /** A reader begins; it must call what this returns when it ends. */
  enter(): () => void {
    let end = (): void => {}
    const ended: Promise<void> = new Promise((resolve) => {
      end = (): void => {
        this.#open.delete(ended)
        resolve()
      }
    })
    this.#open.add(ended)
    return end
  }

  get any(): boolean {
    return this.#open.size > 0
  }

  /** Resolves when all who read now have ended. Who begins later is not waited for. */
  async past(): Promise<void> {
    await Promise.all(this.#open)
  }
}
