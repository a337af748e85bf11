import type { Clock } from '../ports/clock.ts'
import type { Wait } from '../ports/wait.ts'
import type { Vault } from '../vault/vault.ts'
import { later, nothingToCancel } from './later.ts'
import type { Cancel } from './later.ts'

/** The index is written when it has been quiet for so long … */
const SAVE_AFTER_MS = 2_000
/** … or for so many times as long as the last save took: a large vault is not saved all the time. */
const SAVE_PAUSES = 50

/** Saves the index of a vault when nothing has come for a while. It is only a shortcut for the next start, so a failure costs no more than time. */
export class IndexSaver {
  private readonly vault: Vault
  private readonly clock: Clock
  private readonly wait: Wait
  private cancel: Cancel = nothingToCancel
  private lastSaveMs = 0

  constructor(vault: Vault, { clock, wait }: { readonly clock: Clock; readonly wait: Wait }) {
    this.vault = vault
    this.clock = clock
    this.wait = wait
  }

  soon(): void {
    this.cancel()
    const quietMs = Math.max(SAVE_AFTER_MS, SAVE_PAUSES * this.lastSaveMs)
    this.cancel = later(this.wait, quietMs, () => void this.save().catch(() => undefined))
  }

  stop(): void {
    this.cancel()
  }

  private async save(): Promise<void> {
    await this.vault.settled()
    const startMs = this.clock.monotonicMs()
    await this.vault.saveIndex()
    this.lastSaveMs = this.clock.monotonicMs() - startMs
  }
}
