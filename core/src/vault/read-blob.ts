import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { BlobId } from '../base/ids.ts'
import type { VaultOptions } from './vault.ts'

/**
 * A blob from here, or from whoever has it. Throws NOT_HERE where nobody does, or HASH_MISMATCH when it is here and damaged:
 * then `verify` says more, and another peer may help.
 */
export async function readBlob(
  { id, sizeBytes }: { id: BlobId; sizeBytes: number },
  { blobs, fetchBlob, onDamaged }: Pick<VaultOptions, 'blobs' | 'fetchBlob' | 'onDamaged'>,
  signal?: AbortSignal
): Promise<Uint8Array> {
  let damage: HoldfastError | undefined
  try {
    const here = await blobs.get(id, { check: true })
    if (here !== undefined) return here
  } catch (error) {
    if (isHoldfastError(error, 'HASH_MISMATCH')) {
      damage = error
      await onDamaged?.(id)
    }
  }
  try {
    if (fetchBlob === undefined) throw new HoldfastError('NOT_HERE')
    return await fetchBlob({ id, sizeBytes }, signal)
  } catch (error) {
    throw damage !== undefined && isHoldfastError(error, 'NOT_HERE') ? damage : error
  }
}
