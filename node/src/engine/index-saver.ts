import type { Clock } from '@holdfast/core/ports/clock'
import type { Vault } from '@holdfast/core/vault/vault'

/** The index is written when it has been quiet for so long … */
const SAVE_AFTER_MS = 2_000
/** … or for so many times as long as the last save took: a large vault is not saved all the time. */
const SAVE_PAUSES = 10

/** Saves the index of a vault when nothing has come for a while. It is only a shortcut for the next start, so a failure costs no more than time. */
export class IndexSaver {
  private readonly vault: Vault
  private readonly clock: Clock
  private timer: NodeJS.Timeout | undefined
  private lastSaveMs = 0

  constructor(vault: Vault, clock: Clock) {
    this.vault = vault
    this.clock = clock
  }

  soon(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(
      () => void this.save().catch(() => undefined),
      Math.max(SAVE_AFTER_MS, SAVE_PAUSES * this.lastSaveMs)
    )
    this.timer.unref()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private async save(): Promise<void> {
    await this.vault.settled()
    const startMs = this.clock.monotonicMs()
    await this.vault.saveIndex()
    this.lastSaveMs = this.clock.monotonicMs() - startMs
  }
}
