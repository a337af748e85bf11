/** Deletions that come one after the other, as `rm -r` does them, are one: so long is looked back. */
const WINDOW_MS = 60_000

/** How many files were deleted in a folder a moment ago, on either side. */
export class RecentDeletions {
  #done: { readonly atMs: number; readonly files: number }[] = []

  /** `nowMs` of a clock that never jumps. */
  count(nowMs: number): number {
    this.#done = this.#done.filter(({ atMs }) => nowMs - atMs < WINDOW_MS)
    return this.#done.reduce((sum, { files }) => sum + files, 0)
  }

  add(files: number, nowMs: number): void {
    if (files > 0) this.#done.push({ atMs: nowMs, files })
  }

  /** A person has said that they are meant. */
  clear(): void {
    this.#done = []
  }
}
