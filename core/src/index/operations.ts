import { asArray, asBytes, asId, asText, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import type { Id } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'

/** The first 16 bytes of derive(`actor`, vault ‖ device ‖ incarnation): who wrote a change, as Automerge knows it. */
export type Actor = Id<'actor'>
export const ACTOR_BYTES = 16

/** Names one operation of one document for ever. */
export interface OpId {
  readonly counter: number
  readonly actor: Actor
}

/** Sets the scalar under a key (or deletes it: null) in place of the values that `preds` wrote there. */
export interface Operation {
  readonly key: string
  readonly value: Uint8Array | null
  readonly preds: readonly OpId[]
}

/** What one entry does to one document of the index. */
export interface DocumentChange {
  readonly doc: number
  readonly operations: readonly Operation[]
}

/** Content of the payload of a change entry (FORMAT.md, section 6). */
export function encodeOperations(changes: readonly DocumentChange[]): Uint8Array {
  return encode([1, changes.map((change) => [change.doc, change.operations.map(operationValue)])])
}

/**
 * Strict and bounded as to form and number. What the operations mean is for the guard: only it knows the entry's past.
 * Throws MALFORMED, TOO_LARGE, UNSUPPORTED_VERSION.
 */
export function decodeOperations(bytes: Uint8Array): DocumentChange[] {
  const [version, changes] = asArray(decode(bytes, LIMITS.payloadBytes), 2)
  asVersion(version, 1)
  let left: number = LIMITS.operationsPerEntry
  return asArray(changes, { max: LIMITS.documents }).map((item) => {
    const [doc, operations] = asArray(item, 2)
    const read = asArray(operations, { max: left }).map(operationOf)
    left -= read.length
    return { doc: asUint(doc, LIMITS.documents - 1), operations: read }
  })
}

/** Order of operation ids, the same on every device: counter, then actor. */
export function compareOpIds(a: OpId, b: OpId): number {
  if (a.counter !== b.counter) return a.counter - b.counter
  return a.actor < b.actor ? -1 : a.actor > b.actor ? 1 : 0
}

export function sameOpId(a: OpId, b: OpId): boolean {
  return a.counter === b.counter && a.actor === b.actor
}

function operationValue(operation: Operation): Value {
  return [operation.key, operation.value, operation.preds.map((pred) => [pred.counter, idValue(pred.actor)])]
}

function operationOf(item: Value): Operation {
  const [key, value, preds] = asArray(item, 3)
  return {
    key: asText(key, KEY_BYTES),
    value: value === null ? null : asBytes(value, { max: LIMITS.scalarBytes }),
    preds: asArray(preds, { max: LIMITS.predsPerOperation }).map(predOf)
  }
}

function predOf(item: Value): OpId {
  const [counter, actor] = asArray(item, 2)
  const value = asUint(counter, LIMITS.operationCounter)
  if (value === 0) throw new HoldfastError('MALFORMED', 'operations are counted from 1')
  return { counter: value, actor: asId<Actor>(actor, ACTOR_BYTES) }
}

/** The longest form, `v/FILE/OBJECT`. */
const KEY_BYTES = 2 + 32 + 1 + 32
