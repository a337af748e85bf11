import { HoldfastError } from '../base/errors.ts'
import { equalBytes } from '../base/bytes.ts'
import { LIMITS } from '../base/limits.ts'
import type { Intent } from './edits.ts'
import { docOf, parseKey } from './keys.ts'
import { compareOpIds, sameOpId } from './operations.ts'
import type { DocumentChange, Operation } from './operations.ts'
import type { Held } from './registers.ts'

/**
 * Operations of what a local write means to do, by document, each replacing all values its key has now, or those it names. Of
 * several intents for one key the last one holds, but that several which only take values away take all of them; what would change
 * nothing is left out. Throws TOO_LARGE.
 */
export function buildOperations(
  intents: readonly Intent[],
  documents: number,
  current: (doc: number, key: string) => readonly Held[]
): DocumentChange[] {
  const last = lastOfEach(intents)
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

function lastOfEach(intents: readonly Intent[]): Map<string, Intent> {
  const last = new Map<string, Intent>()
  for (const intent of intents) {
    const before = last.get(intent.key)
    const takesBoth =
      before?.value === null && intent.value === null && before.replaces !== undefined && intent.replaces !== undefined
    last.set(intent.key, takesBoth ? { ...intent, replaces: [...before.replaces, ...intent.replaces] } : intent)
  }
  return last
}

function operationFor({ key, value, replaces }: Intent, all: readonly Held[]): Operation | undefined {
  const held = replaces === undefined ? all : all.filter((one) => replaces.some((other) => sameOpId(one, other)))
  if (value === null && held.length === 0) return undefined
  if (value !== null && [all, held].some((one) => one.length === 1 && equalBytes(one[0]!.value, value)))
    return undefined
  const preds = held.map(({ counter, actor }) => ({ counter, actor })).sort(compareOpIds)
  return { key, value, preds: preds.slice(0, LIMITS.predsPerOperation) }
}
