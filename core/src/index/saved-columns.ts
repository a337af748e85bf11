import { fromHex, fromUtf8, toHex, utf8 } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import { contentKey, fileOfKey, placeKey } from './keys.ts'
import { compareOpIds } from './operations.ts'
import type { Actor } from './operations.ts'
import type { Held, Registers } from './registers.ts'
import { fromVarints, toVarints } from './varints.ts'

/** The keys of a document with their values. */
export type Values = Iterable<readonly [key: string, held: readonly Held[]]>

export const COLUMNS = 6
const FILE_BYTES = 16
const ACTOR_BYTES = 16
const HAS_CONTENT = 1
const HAS_PLACE = 2

/** In the order in which they are written and read. */
export function inOrder(registers: Registers): [key: string, held: readonly Held[]][] {
  return [...registers.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, held]) => [key, held.length < 2 ? held : [...held].sort(compareOpIds)])
}

/**
 * Long byte strings, read many times faster than a hundred thousand small records: files and which of the two keys that nearly
 * each of them has, all other keys, actors, numbers (how many values a key has; of each its operation and its length), values.
 */
export function toColumns(values: readonly (readonly [key: string, held: readonly Held[]])[]): Uint8Array[] {
  const actors = new Map<Actor, number>()
  const numbers: number[] = []
  let length = 0
  for (const [, held] of values) {
    numbers.push(held.length)
    for (const { counter, actor, value } of held) {
      if (!actors.has(actor)) actors.set(actor, actors.size)
      numbers.push(counter, actors.get(actor)!, value.length)
      length += value.length
    }
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const [, held] of values)
    for (const { value } of held) {
      bytes.set(value, at)
      at += value.length
    }
  return [...keyColumns(values.map(([key]) => key)), fromHex([...actors.keys()].join('')), toVarints(numbers), bytes]
}

/** Throws MALFORMED. */
export function* fromColumns(columns: readonly Uint8Array[]): Values {
  const [files, kinds, others, actorBytes, numberBytes, values] = columns
  const actors = idsOf(actorBytes!, ACTOR_BYTES) as Actor[]
  const numbers = fromVarints(numberBytes!)
  let next = 0
  let at = 0
  for (const key of keysOf(files!, kinds!, others!)) {
    const held: Held[] = []
    for (let n = numbers[next++] ?? 0; n > 0; n--, next += 3) {
      const end = at + (numbers[next + 2] ?? Number.POSITIVE_INFINITY)
      const actor = actors[numbers[next + 1] ?? -1]
      if (actor === undefined || end > values!.length) throw new HoldfastError('MALFORMED', 'columns that do not fit')
      held.push({ counter: numbers[next]!, actor, value: values!.subarray(at, end) })
      at = end
    }
    yield [key, held]
  }
  if (next !== numbers.length || at !== values!.length)
    throw new HoldfastError('MALFORMED', 'columns of different length')
}

function keyColumns(keys: readonly string[]): Uint8Array[] {
  const kinds = new Map<string, number>()
  const others: string[] = []
  for (const key of keys) {
    const kind = key.startsWith('c/') ? HAS_CONTENT : key.startsWith('p/') ? HAS_PLACE : 0
    const file = fileOfKey(key)
    if (kind === 0) others.push(key)
    else kinds.set(file, (kinds.get(file) ?? 0) | kind)
  }
  const files = [...kinds.keys()].sort()
  return [fromHex(files.join('')), Uint8Array.from(files, (file) => kinds.get(file)!), utf8(others.join('\n'))]
}

/** Ascending, as Automerge has them. */
function* keysOf(fileBytes: Uint8Array, kinds: Uint8Array, otherBytes: Uint8Array): Generator<string> {
  const files = idsOf(fileBytes, FILE_BYTES) as FileId[]
  const others = otherBytes.length === 0 ? [] : fromUtf8(otherBytes).split('\n')
  if (files.length !== kinds.length) throw new HoldfastError('MALFORMED', 'columns of different length')
  const before = others.findIndex((key) => key > 'p/')
  const middle = before < 0 ? others.length : before
  for (let i = 0; i < files.length; i++) if ((kinds[i]! & HAS_CONTENT) !== 0) yield contentKey(files[i]!)
  yield* others.slice(0, middle)
  for (let i = 0; i < files.length; i++) if ((kinds[i]! & HAS_PLACE) !== 0) yield placeKey(files[i]!)
  yield* others.slice(middle)
}

function idsOf(bytes: Uint8Array, length: number): string[] {
  if (bytes.length % length !== 0) throw new HoldfastError('MALFORMED', 'half an id')
  const hex = toHex(bytes)
  return Array.from({ length: bytes.length / length }, (_, i) => hex.slice(i * length * 2, (i + 1) * length * 2))
}
