import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blake3Keyed, blake3 } from '../proof/blake3.ts'
import { toHex, utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { logIdOf } from '../base/ids.ts'
import type { BlobId, DeviceId, EntryHash, FileId, Incarnation, LogId, ObjectId, VaultId } from '../base/ids.ts'
import type { Intent } from './edits.ts'
import type { CausalPast, IndexEntry, IndexOptions } from './entry.ts'
import type { Index } from './index.ts'
import type { DocumentChange } from './operations.ts'
import type { FileContent } from './records.ts'

/** A log without signatures: just who has seen what. The index must need no more than that. */
export class FakeLog {
  readonly options: IndexOptions
  readonly #ancestors = new Map<EntryHash, ReadonlySet<EntryHash>>()

  constructor(documents = 16) {
    this.options = {
      vault: id('vault') as VaultId,
      documents,
      pastOf: (hash) => this.past([...(this.#ancestors.get(hash) ?? [])]),
      deviceName: (log) => `laptop-${log.slice(0, 2)}`
    }
  }

  /** The past made of these entries and all they build on. */
  past(entries: readonly EntryHash[]): CausalPast {
    const all = new Set(entries.flatMap((hash) => [hash, ...(this.#ancestors.get(hash) ?? [])]))
    return { has: (_log, _seq, hash) => all.has(hash) }
  }

  /** An entry after `parents`. `salt` makes two that are otherwise alike differ. */
  entry(
    log: LogId,
    seq: number,
    parents: readonly EntryHash[],
    operations: readonly DocumentChange[],
    changeHashes: ReadonlyMap<number, Uint8Array>,
    salt = ''
  ): IndexEntry {
    const hash = id(`${log} ${seq} ${salt} ${[...parents].sort().join()}`) as EntryHash
    const all = new Set(parents.flatMap((parent) => [parent, ...(this.#ancestors.get(parent) ?? [])]))
    this.#ancestors.set(hash, all)
    const commitments = new Map([...changeHashes].map(([doc, change]) => [doc, commit(change)]))
    return { hash, log, seq, past: this.past(parents), commitments, commit, operations }
  }

  /** What a device that holds `index`, made of `parents`, writes for these intents. */
  write(
    index: Index,
    log: LogId,
    seq: number,
    parents: readonly EntryHash[],
    intents: readonly Intent[],
    salt = ''
  ): IndexEntry {
    const built = index.build(intents, { log, past: this.past(parents) })
    assert.ok(built, 'nothing to write')
    return this.entry(log, seq, parents, built.operations, built.changeHashes, salt)
  }
}

export function logNamed(name: string): LogId {
  return logIdOf(id(`device ${name}`) as DeviceId, id(`incarnation ${name}`).slice(0, 16) as Incarnation)
}

export function fileNamed(name: string | number): FileId {
  return id(`file ${name}`).slice(0, 32) as FileId
}

export function contentNamed(name: string | number, size = 1): FileContent {
  return {
    kind: 'file',
    object: id(`object ${name}`).slice(0, 32) as ObjectId,
    manifest: id(`manifest ${name}`) as BlobId,
    size,
    mtimeMs: Date.UTC(2026, 10, 20, 14, 5),
    commitment: blake3(utf8(`${name}`))
  }
}

/** Everything people see, to compare two indexes. */
export function picture(index: Index): unknown {
  const { tree } = index
  return {
    nodes: [...tree.walk(null)].map(({ path, node }) => [path, node.id, node.kind, node.content, node.conflictOf]),
    conflicts: tree.conflicts(),
    renamed: tree.renamed(),
    deleted: tree.deleted(),
    heads: index.heads()
  }
}

export function throwsCode(code: ErrorCode | readonly ErrorCode[], act: () => unknown): void {
  const codes = typeof code === 'string' ? [code] : code
  assert.throws(act, (error) => codes.some((each) => isHoldfastError(error, each)))
}

/** A text's hash as 64 hex digits. */
export function id(text: string): string {
  return toHex(blake3(utf8(text)))
}

function commit(changeHash: Uint8Array): Uint8Array {
  return blake3Keyed(CHANGE_KEY, changeHash)
}

const CHANGE_KEY = blake3(utf8('change key'))

test('the fake log knows what is in a past and what is not', () => {
  const logs = new FakeLog()
  const a = logs.entry(logNamed('a'), 1, [], [], new Map())
  const b = logs.entry(logNamed('b'), 1, [a.hash], [], new Map())
  assert.equal(b.past.has(a.log, 1, a.hash), true)
  assert.equal(a.past.has(b.log, 1, b.hash), false)
  assert.equal(logs.options.pastOf(b.hash).has(a.log, 1, a.hash), true)
})
