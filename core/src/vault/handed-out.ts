import { HoldfastError } from '../base/errors.ts'
import type { EntryHash } from '../base/ids.ts'
import { entryOf } from '../log/entry.ts'
import type { EpochBody, WrapBody } from '../log/epoch-body.ts'
import type { LogStore } from '../log/log-store.ts'

/** What an epoch or wrap entry hands out. Throws HOME_DAMAGED when it is not there or is something else. */
export async function handedOut(store: LogStore, hash: EntryHash): Promise<WrapBody & Partial<EpochBody>> {
  const bytes = await store.entryBytes(hash)
  const body = bytes === undefined ? null : entryOf(bytes).body
  if (body?.kind !== 'epoch' && body?.kind !== 'wrap')
    throw new HoldfastError('HOME_DAMAGED', 'an epoch entry that is not there')
  return body
}
