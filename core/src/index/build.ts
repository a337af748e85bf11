import { HoldfastError } from '../base/errors.ts'
import { equalBytes } from '../base/bytes.ts'
import { LIMITS } from '../base/limits.ts'
import type { Intent } from './edits.ts'
import { docOf, parseKey } from './keys.ts'
import { compareOpIds } from './operations.ts'
import type { DocumentChange, Operation } from './operations.ts'
import type { Held } from './registers.ts'

/**
 * Operations of what a local write means to do, by document, each replacing all values its key has now, or none. Of several
 * intents for one key the last one holds; what would change nothing is left out. Throws TOO_LARGE.
 */
export function buildOperations(
  intents: readonly Intent[],
  documents: number,
  current: (doc: number, key: string) => readonly Held[]
): DocumentChange[] {
  const last = new Map(intents.map((intent) => [intent.key, intent]))
  const byDoc = new Map<number, Operation[]>()
  let count = 0
  for (const key of [...last.keys()].sort()) {
    const doc = docOf(parseKey(key).file, documents)
    const operation = operationFor(last.get(key)!, current(doc, key))
    if (operation === undefined) continue
    if (++count > LIMITS.operationsPerEntry)
      throw new HoldfastError('TOO_LARGE', 'more operations than one entry takes')
    const list = byDoc.get(doc)
    if (list === undefined) byDoc.set(doc, [operation])
    else list.push(operation)
  }
  return [...byDoc].sort(([a], [b]) => a - b).map(([doc, operations]) => ({ doc, operations }))
}

function operationFor({ key, value, isBeside }: Intent, held: readonly Held[]): Operation | undefined {
  if (value === null && held.length === 0) return undefined
  if (value !== null && held.length === 1 && equalBytes(held[0]!.value, value)) return undefined
  if (value !== null && isBeside === true) return { key, value, preds: [] }
  const preds = held.map(({ counter, actor }) => ({ counter, actor })).sort(compareOpIds)
  return { key, value, preds: preds.slice(0, LIMITS.predsPerOperation) }
}
