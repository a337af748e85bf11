import type { VaultId } from '../base/ids.ts'
import type { VaultLog } from '../log/vault-log.ts'
import { blobsOf } from './blob-view.ts'
import type { OwnPin } from './scrub.ts'

/** For `repair`: which live pin of this home's own, verified logs names a blob, and what size it says. */
export function ownPins(vaults: () => Iterable<{ readonly id: VaultId; readonly log: VaultLog }>): OwnPin {
  return (blob) => {
    for (const { id, log } of vaults()) {
      const [object] = log.pins().blobOwners(blob)
      const record = object === undefined ? undefined : log.pins().recordOf(object)
      const named = record === undefined ? undefined : blobsOf(record).find((one) => one.id === blob)
      if (named !== undefined) return { vault: id, sizeBytes: named.sizeBytes }
    }
    return undefined
  }
}
