import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { FileContent } from '../index/records.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { VaultLog } from '../log/vault-log.ts'
import { readObject } from './read-object.ts'
import type { ByteRange, ObjectReader } from './read-object.ts'

/**
 * A content by whichever of its object's records opens to it: anybody can bring one more, so one that does not fit is passed by.
 * Throws NOT_HERE when there is none, and what `readObject` throws for the last.
 */
export async function* readContent(
  content: FileContent,
  records: readonly ObjectRecord[],
  reader: ObjectReader,
  range?: ByteRange
): AsyncGenerator<Uint8Array> {
  if (records.length === 0) throw new HoldfastError('NOT_HERE')
  for (const [number, record] of records.entries()) {
    let begun = false
    try {
      for await (const piece of readObject(content, record, reader, range)) {
        begun = true
        yield piece
      }
      return
    } catch (error) {
      if (begun || number === records.length - 1 || !isHoldfastError(error)) throw error
    }
  }
}

/** Records of a content's object with the manifest that the index names. */
export function recordsOf(
  log: VaultLog,
  { object, manifest }: Pick<FileContent, 'object' | 'manifest'>
): ObjectRecord[] {
  return log
    .pins()
    .recordsFor(object)
    .filter((record) => record.manifest.id === manifest)
}
