import { fromHex, toHex, utf8 } from '@holdfast/core/base/bytes'
import { logIdOf } from '@holdfast/core/base/ids'
import type { BlobId, DeviceId, EntryHash, FileId, Incarnation, ObjectId, VaultId } from '@holdfast/core/base/ids'
import { addFile, batches, makeFolder } from '@holdfast/core/index/edits'
import type { Intent } from '@holdfast/core/index/edits'
import type { CausalPast, IndexEntry, IndexOptions } from '@holdfast/core/index/entry'
import { Index } from '@holdfast/core/index/index'
import { decodeOperations, encodeOperations } from '@holdfast/core/index/operations'
import { blake3 } from '@holdfast/core/proof/blake3'

/**
 * How long an index of many files takes: building it by local writes, applying the same entries as a second device
 * does, saving, and opening the save (the read model, and Automerge's part). One line of JSON a measure.
 * `node test/dist/bench/index-open.js [FILES]`, 100,000 by default.
 */
const FILES = Number(process.argv[2] ?? 100_000)
const FILES_PER_FOLDER = 100

const LOG = logIdOf(hash('device') as DeviceId, hash('incarnation').slice(0, 16) as Incarnation)
const options: IndexOptions = {
  vault: hash('vault') as VaultId,
  documents: 16,
  pastOf: (entry) => upTo(Number.parseInt(entry, 16))
}

const index = Index.create(options)
const entries = measure('build and apply own writes', () => write(index))
const other = Index.create(options)
measure('apply as a second device', () => {
  for (const entry of entries)
    other.apply({ ...entry, operations: decodeOperations(encodeOperations(entry.operations)) })
  other.tree.list(null)
})
const saved = measure('save all', () => other.save())
console.log(
  JSON.stringify({
    measure: 'bytes of the save',
    bytes: [...saved.values()].reduce((sum, bytes) => sum + bytes.length, 0)
  })
)
const opened = measure('open: load and first listing', () => {
  const loaded = Index.load(saved, options)
  if (loaded.tree.list(null).length !== Math.ceil(FILES / FILES_PER_FOLDER))
    throw new Error('the opened index holds something else')
  return loaded
})
measure('walk all names of the opened index', () => [...opened.tree.walk(null)].length)
measure('first write after opening', () =>
  opened.apply(entryOf(opened, entries.length + 1, newFile(opened, 'late', null)))
)
measure('second write', () => opened.apply(entryOf(opened, entries.length + 2, newFile(opened, 'later', null))))
measure('save one changed document', () => opened.save())
measure('load it all back into Automerge', () => Index.prove(saved, options))
console.log(JSON.stringify({ measure: 'resident', mebibytes: Math.round(process.memoryUsage().rss / 2 ** 20) }))

function write(target: Index): IndexEntry[] {
  const made: IndexEntry[] = []
  for (let folder = 0; folder < FILES / FILES_PER_FOLDER; ) {
    const intents: Intent[] = []
    for (; folder < FILES / FILES_PER_FOLDER && intents.length < 3_800; folder++) {
      const id = hash(`folder ${folder}`).slice(0, 32) as FileId
      intents.push(...makeFolder(target.tree, id, { parent: null, name: `folder ${folder}` }, 1))
      for (let i = folder * FILES_PER_FOLDER; i < (folder + 1) * FILES_PER_FOLDER && i < FILES; i++)
        intents.push(...placeIn(id, i))
    }
    for (const batch of batches(intents)) {
      const entry = entryOf(target, made.length + 1, batch)
      target.apply(entry)
      made.push(entry)
    }
  }
  return made
}

/** As `addFile` makes them, without asking a tree that does not hold the folder yet. */
function placeIn(folder: FileId, number: number): Intent[] {
  return newFile(
    { tree: { node: () => ({ kind: 'folder' }), resolveIn: () => undefined } } as unknown as Index,
    `file ${number}.txt`,
    folder
  )
}

function newFile(target: Index, name: string, parent: FileId | null): Intent[] {
  const seed = hash(name)
  const content = {
    kind: 'file' as const,
    object: seed.slice(0, 32) as ObjectId,
    manifest: hash(seed) as BlobId,
    size: 8192,
    mtimeMs: 1_795_000_000_000,
    commitment: fromHex(hash(`${seed}c`))
  }
  return addFile(target.tree, hash(`id ${name}`).slice(0, 32) as FileId, { parent, name }, content)
}

function entryOf(target: Index, seq: number, intents: readonly Intent[]): IndexEntry {
  const built = target.build(intents, { log: LOG, past: upTo(seq) })
  if (built === undefined) throw new Error('nothing to write')
  return {
    hash: seq.toString(16).padStart(64, '0') as EntryHash,
    log: LOG,
    seq,
    past: upTo(seq),
    commitments: built.changeHashes,
    commit: (change) => change,
    operations: built.operations
  }
}

function upTo(seq: number): CausalPast {
  return { has: (_log, other) => other < seq }
}

function measure<T>(name: string, work: () => T): T {
  const start = process.hrtime.bigint()
  const cpu = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    JSON.stringify({
      measure: name,
      files: FILES,
      ms: Math.round(Number(process.hrtime.bigint() - start) / 1e6),
      cpuMs: Math.round((user + system) / 1000)
    })
  )
  return result
}

function hash(text: string): string {
  return toHex(blake3(utf8(text)))
}
