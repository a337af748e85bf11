import { equalBytes } from '../base/bytes.ts'
import { LIMITS } from '../base/limits.ts'
import type { LogId } from '../base/ids.ts'
import { AutomergeDocument, buildChange } from './automerge.ts'
import type { BuiltChange, ChangeParts } from './automerge.ts'
import { ChangeTable } from './change-table.ts'
import type { ChangeRecord } from './change-table.ts'
import type { CausalPast, IndexEntry, IndexOptions } from './entry.ts'
import { bad } from './guard.ts'
import { sameOpId } from './operations.ts'
import type { Actor, OpId, Operation } from './operations.ts'
import { Registers } from './registers.ts'

/** What `commit` needs to apply one entry's change of one document; made by `plan`, which changes nothing. */
export interface Plan {
  readonly document: IndexDocument
  readonly frontier: readonly ChangeRecord[]
  readonly record: ChangeRecord
  readonly built: BuiltChange
  readonly operations: readonly Operation[]
  readonly actor: Actor
}

/** One document of the index: its Automerge document, its changes, its values. */
export class IndexDocument {
  readonly automerge: AutomergeDocument
  readonly changes: ChangeTable
  readonly registers = new Registers()
  /** Counts what was applied, and how far a save that was kept goes. */
  revision = 0
  keptRevision = 0
  #last: { parts: ChangeParts; built: BuiltChange } | undefined

  constructor(options: IndexOptions, saved?: () => Uint8Array) {
    this.automerge = new AutomergeDocument(saved)
    this.changes = new ChangeTable(options.pastOf)
  }

  /**
   * The part of the guard that looks at history, against the entry's own past only, and the change as everybody builds it.
   * `strict`: a replaced value that is not in that past makes the entry void (BAD_OPERATION). Otherwise it is left out:
   * the entry was found good on what it had seen, and the branch of a fork it saw is not applied here.
   */
  plan(
    entry: Pick<IndexEntry, 'log' | 'seq' | 'hash' | 'past' | 'operations'>,
    actor: Actor,
    operations: readonly Operation[],
    logOf: (actor: Actor) => LogId | undefined,
    strict: boolean
  ): Plan {
    const frontier = this.changes.frontier(entry.past)
    const startOp = this.changes.nextOp(entry.past, frontier)
    if (startOp + operations.length - 1 > LIMITS.operationCounter) throw bad('the document is full')
    const checked = operations.map((operation) => this.#checked(operation, entry.past, logOf, strict))
    const kept = checked.every((operation, i) => operation === operations[i]) ? operations : checked
    const seq = this.changes.nextSeq(entry.log, entry.past)
    const built = this.#build({ actor, seq, startOp, deps: frontier.map((record) => record.hash), operations: kept })
    const keys = operations.map((operation) => (operation.value === null ? null : operation.key))
    const record = {
      log: entry.log,
      seq: entry.seq,
      entry: entry.hash,
      hash: built.hash,
      startOp,
      count: operations.length,
      documents: entry.operations.length,
      keys
    }
    return { document: this, frontier, record, built, operations: kept, actor }
  }

  commit({ frontier, record, built, operations, actor }: Plan): void {
    this.automerge.append(built)
    this.changes.add(record, frontier)
    operations.forEach(({ key, value, preds }, i) => this.registers.apply(key, value, record.startOp + i, actor, preds))
    this.#last = undefined
    this.revision++
  }

  /** Notes the change of an entry that lost a fork. */
  commitStray({ record }: Plan): void {
    this.changes.strays.push({ ...record, hash: '' })
    this.revision++
  }

  /** Whether `id` set `key` in this past. */
  wroteWithin(key: string, id: OpId, past: CausalPast, logOf: (actor: Actor) => LogId | undefined): boolean {
    const log = logOf(id.actor)
    const record = log === undefined ? undefined : this.changes.find(log, id, past)
    if (record === undefined) return false
    if (record.keys !== undefined) return record.keys[id.counter - record.startOp] === key
    return this.registers.get(key).some((held) => sameOpId(held, id)) || this.automerge.wrote(record.hash, key, id)
  }

  /** A local write is built to commit to it and once more when its entry is applied: the second time it is still here. */
  #build(parts: ChangeParts): BuiltChange {
    const last = this.#last
    if (
      last !== undefined &&
      nameOf(last.parts) === nameOf(parts) &&
      sameOperations(last.parts.operations, parts.operations)
    )
      return last.built
    const built = buildChange(parts)
    this.#last = { parts, built }
    return built
  }

  #checked(
    operation: Operation,
    past: CausalPast,
    logOf: (actor: Actor) => LogId | undefined,
    strict: boolean
  ): Operation {
    const preds = operation.preds.filter((pred) => this.wroteWithin(operation.key, pred, past, logOf))
    if (preds.length === operation.preds.length) return operation
    if (strict) throw bad('it replaces a value that is not in its past')
    return { ...operation, preds }
  }
}

function nameOf({ actor, seq, startOp, deps }: ChangeParts): string {
  return [actor, seq, startOp, ...[...deps].sort()].join()
}

/** Those of the entry were written and read again in between. */
function sameOperations(some: readonly Operation[], others: readonly Operation[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i] || sameOperation(one, others[i]!))
}

function sameOperation(one: Operation, other: Operation): boolean {
  if (one.key !== other.key || one.preds.length !== other.preds.length) return false
  if (one.value === null || other.value === null) return one.value === other.value && samePreds(one, other)
  return equalBytes(one.value, other.value) && samePreds(one, other)
}

function samePreds(one: Operation, other: Operation): boolean {
  return one.preds.every((pred, i) => sameOpId(pred, other.preds[i]!))
}
