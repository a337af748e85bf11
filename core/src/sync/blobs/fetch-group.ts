import type { VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Pick, Want } from './fetch-queue.ts'
import type { FetchSource } from './fetch-source.ts'
import type { WantBook } from './want-book.ts'

/** The wants of one `get`: of one vault, small ones together, a large one by itself. */
export interface FetchGroup {
  readonly vault: VaultId
  readonly wants: Want[]
  /** What the answer may have at most. */
  bytes: number
}

/** What to ask this source for next: first what somebody waits for. Undefined when it has nothing or may not be asked for more. */
export function nextGroup(book: WantBook, source: FetchSource, background: boolean): FetchGroup | undefined {
  const urgent = new Builder(source, true)
  if (source.roomInForeground) {
    for (const want of book.foreground) if (want.state === 'queued' && urgent.pick(want) === 'stop') break
  }
  if (urgent.group !== undefined || !background || !source.roomInBackground) return urgent.group
  const builder = new Builder(source, false)
  book.queue.walk(source, (want) => builder.pick(want))
  return builder.group
}

class Builder {
  group: FetchGroup | undefined
  private readonly source: FetchSource
  private readonly urgent: boolean

  constructor(source: FetchSource, urgent: boolean) {
    this.source = source
    this.urgent = urgent
  }

  pick(want: Want): Pick {
    const vault = this.source.vaultFor(want)
    if (vault === undefined) return 'skip'
    const bytes = want.alone ? LIMITS.blobBytes : want.sizeBytes
    if (this.group === undefined) {
      if (!this.urgent && !this.source.fits(bytes)) return 'stop'
      this.group = { vault, wants: [want], bytes }
      return 'take'
    }
    if (!this.joins(this.group, vault, want)) return 'stop'
    this.group.wants.push(want)
    this.group.bytes += bytes
    return 'take'
  }

  private joins(group: FetchGroup, vault: VaultId, want: Want): boolean {
    const first = group.wants[0]!
    if (want.alone || first.alone || vault !== group.vault) return false
    return group.wants.length < LIMITS.blobsPerTransfer && group.bytes + want.sizeBytes <= LIMITS.blobTransferBytes
  }
}
