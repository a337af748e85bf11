import * as Automerge from '@automerge/automerge'
import { fromHex } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { base64, fromBase64 } from './base64.ts'
import type { Actor, OpId } from './operations.ts'

/**
 * The only importer of Automerge. It hands Automerge nothing but changes made here from checked operations, and uses
 * its document handle directly: the JavaScript view of a large flat document costs ten times as much.
 */
export interface ChangeParts {
  readonly actor: Actor
  readonly seq: number
  readonly startOp: number
  /** Hashes (hex) of the changes this one builds on. */
  readonly deps: readonly string[]
  readonly operations: readonly {
    readonly key: string
    readonly value: Uint8Array | null
    readonly preds: readonly OpId[]
  }[]
}

export interface BuiltChange {
  readonly bytes: Uint8Array
  /** Automerge's own hash of the change (SHA-256), hex. */
  readonly hash: string
}

/**
 * The change as every replica builds it. Scalars are base64 text, because Automerge's `encodeChange` takes no bytes.
 * A set without a value to hold (`value` null and no preds) stands as a set of NO_OPERATION: Automerge writes saves that
 * it cannot load when a delete names nothing.
 */
export function buildChange(parts: ChangeParts): BuiltChange {
  const ops = parts.operations.map((operation) => {
    const pred = operation.preds.map((id) => `${id.counter}@${id.actor}`)
    if (operation.value !== null)
      return { action: 'set', obj: '_root', key: operation.key, value: base64(operation.value), pred }
    if (pred.length === 0) return { action: 'set', obj: '_root', key: NO_OPERATION, value: '', pred }
    return { action: 'del', obj: '_root', key: operation.key, pred }
  })
  const { actor, seq, startOp } = parts
  const change = { actor, seq, startOp, deps: [...parts.deps].sort(), time: 0, message: null, author: null, ops }
  const bytes = Automerge.encodeChange(change as Parameters<typeof Automerge.encodeChange>[0])
  return { bytes, hash: Automerge.decodeChange(bytes).hash }
}

export function changeHashBytes(hash: string): Uint8Array {
  return fromHex(hash)
}

/** One Automerge document: opened when first needed, changes queued until then. */
export class AutomergeDocument {
  #saved: (() => Uint8Array) | undefined
  #handle: Handle | undefined
  #queued: Uint8Array[] = []

  /** `saved` gives what `save()` of this device gave. It is asked for at the first use; then HOME_DAMAGED is thrown for other bytes. */
  constructor(saved?: () => Uint8Array) {
    this.#saved = saved
  }

  append(change: BuiltChange): void {
    this.#queued.push(change.bytes)
  }

  heads(): string[] {
    return this.#flushed().getHeads().sort()
  }

  /** Not deflated: random names and ids hardly shrink, and it would take most of the time. */
  save(): Uint8Array {
    return this.#flushed().saveNoCompress()
  }

  /** Whether the change, which must be in the document, set `key` with the operation `id`. */
  wrote(changeHash: string, key: string, id: OpId): boolean {
    const name = `${id.counter}@${id.actor}`
    return this.#flushed()
      .getAll('_root', key, [changeHash])
      .some((value) => value[2] === name)
  }

  /** Every value of a key, as Automerge sees it. For proofs and tests: the index keeps its own registers. */
  valuesOf(key: string): { id: string; value: Uint8Array }[] {
    return this.#flushed()
      .getAll('_root', key)
      .map((value) => ({ id: String(value[2]), value: fromBase64(String(value[1])) }))
  }

  keys(): string[] {
    return this.#flushed()
      .keys('_root')
      .filter((key) => key !== NO_OPERATION)
  }

  /** Changes of the document in an order in which each follows what it builds on. */
  changes(): { actor: string; seq: number; startOp: number; maxOp: number; deps: string[]; hash: string }[] {
    return this.#flushed().getChangesMeta([])
  }

  /** Gives the document's memory back at once. */
  close(): void {
    this.#handle?.free()
    this.#handle = undefined
    this.#queued = []
  }

  #flushed(): Handle {
    const handle = (this.#handle ??= this.#opened())
    if (this.#queued.length > 0) {
      try {
        handle.applyChanges(this.#queued)
      } catch (cause) {
        throw new HoldfastError('INTERNAL', 'Automerge refuses a change that the guard let through', { cause })
      }
      this.#queued = []
    }
    return handle
  }

  #opened(): Handle {
    const handle = Automerge.getBackend(Automerge.init({ actor: READER }))
    try {
      if (this.#saved !== undefined) handle.loadIncremental(this.#saved())
    } catch (cause) {
      throw new HoldfastError('HOME_DAMAGED', 'a saved document of the index does not load', { cause })
    }
    this.#saved = undefined
    return handle
  }
}

type Handle = ReturnType<typeof Automerge.getBackend>

/** Handles never write, so one constant actor does and no randomness is drawn. */
const READER = '00'.repeat(16)
/** No key of the format looks like this, so nobody can write it. */
const NO_OPERATION = '-'
