import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { docOf, parseKey } from './keys.ts'
import { compareOpIds } from './operations.ts'
import type { DocumentChange, Operation } from './operations.ts'
import { decodeContent, decodeMarked, decodePlace } from './records.ts'
import { LOST_FOUND } from './lost-found.ts'

/**
 * The part of the guard that needs no history: form, number and meaning of the operations themselves. Automerge trusts
 * its input, so nothing it would choke on may come further than this. Throws BAD_OPERATION.
 */
export function checkChanges(
  changes: readonly DocumentChange[],
  commitments: ReadonlyMap<number, Uint8Array>,
  documents: number
): void {
  if (changes.length === 0 || changes.length !== commitments.size) throw bad('documents other than the header names')
  let operations = 0
  let preds = 0
  let last = -1
  for (const change of changes) {
    if (!Number.isInteger(change.doc) || change.doc <= last || change.doc >= documents)
      throw bad('documents out of order or range')
    if (!commitments.has(change.doc)) throw bad('documents other than the header names')
    last = change.doc
    operations += change.operations.length
    for (const operation of change.operations) preds += operation.preds.length
    if (operations > LIMITS.operationsPerEntry || preds > LIMITS.predsPerEntry) throw bad('too many operations')
    if (change.operations.length === 0) throw bad('a document without operations')
    checkKeysAscend(change.operations)
    for (const operation of change.operations) checkOperation(operation, change.doc, documents)
  }
}

/** One operation a key: two in one change would replace each other by their order alone. */
function checkKeysAscend(operations: readonly Operation[]): void {
  for (let i = 1; i < operations.length; i++)
    if (operations[i]!.key <= operations[i - 1]!.key) throw bad('keys out of order')
}

function checkOperation({ key, value, preds }: Operation, doc: number, documents: number): void {
  const parsed = parseKey(key)
  if (docOf(parsed.file, documents) !== doc) throw bad('a file in another document than its own')
  if (parsed.file === LOST_FOUND) throw bad('a reserved file id')
  if (value === null && preds.length === 0) throw bad('a delete of nothing')
  if (preds.length > LIMITS.predsPerOperation) throw bad('too many values replaced')
  for (let i = 1; i < preds.length; i++)
    if (compareOpIds(preds[i - 1]!, preds[i]!) >= 0) throw bad('replaced values out of order')
  if (value !== null) checkValue(parsed, value)
}

function checkValue(key: ReturnType<typeof parseKey>, value: unknown): void {
  if (!(value instanceof Uint8Array) || value.length > LIMITS.scalarBytes) throw bad('a value that is no scalar')
  try {
    if (key.kind === 'place') decodePlace(value)
    if (key.kind === 'content') decodeContent(value)
    if (key.kind === 'version') {
      const { content, mark } = decodeMarked(value)
      if (content.kind === 'folder' || content.object !== key.object) throw bad('a version under another name')
      if (mark !== undefined) throw bad('a version that is a copy in a conflict')
    }
  } catch (error) {
    throw isHoldfastError(error, 'BAD_OPERATION')
      ? error
      : new HoldfastError('BAD_OPERATION', 'a record of another form', { cause: error })
  }
}

export function bad(detail: string): HoldfastError {
  return new HoldfastError('BAD_OPERATION', detail)
}
