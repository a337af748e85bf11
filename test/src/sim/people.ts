import type { ObjectId } from '@holdfast/core/base/ids'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import type { Node } from '@holdfast/core/index/listing'
import type { AddItem } from '@holdfast/core/vault/write'
import type { Deed, Outcome } from './checker.ts'
import { contentsOf, hashOf, readHash } from './contents.ts'
import { text } from './device.ts'
import type { SimDevice } from './device.ts'
import type { DeviceRun } from './device-run.ts'
import { makeContent } from './make-content.ts'
import { isCode } from './machine.ts'
import type { Write } from './truth.ts'
import type { World } from './world.ts'

const READS = { promise: 7, says: 'nothing a relay sends changes what a member reads' }
const NAMES = ['a.txt', 'b.bin', 'c', 'Notes', 'notes', 'ärger', 'x (2)', 'long name with spaces.md']
const FOLDERS = ['docs', 'pics', 'Docs', 'deep']
/** A person who waits longer than this without anybody else being needed has found a fault. */
const PATIENCE_MS = 120_000

/** What people do at a device, one thing or a few at a time; each may be cut off by a crash. */
export class People {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  add(device: SimDevice): void {
    const { rng } = device
    const count = rng.chance(0.15) ? rng.between(2, 12) : 1
    const folder = this.#folder(device)
    const names = Array.from({ length: count }, (_, n) => (count === 1 ? rng.pick(NAMES)! : `${n} ${rng.pick(NAMES)!}`))
    this.#put(device, `add ${count} to /${folder.join('/')}`, folder, names)
  }

  edit(device: SimDevice): void {
    const file = device.rng.pick(this.#nodes(device).filter(({ node }) => node.kind === 'file'))
    if (file !== undefined)
      this.#put(device, `edit /${file.path.join('/')}`, file.path.slice(0, -1), [file.path.at(-1)!])
  }

  makeFolder(device: SimDevice): void {
    const path = [...this.#folder(device), device.rng.pick(FOLDERS)!]
    this.#do(device, 'write', `mkdir /${path.join('/')}`, (run) => run.vault.makeFolder(path))
  }

  rename(device: SimDevice): void {
    const from = device.rng.pick(this.#nodes(device))?.path
    if (from === undefined) return
    const to = [...from.slice(0, -1), device.rng.pick([...NAMES, ...FOLDERS])!]
    this.#do(device, 'write', `rename /${from.join('/')} to ${to.at(-1)}`, (run) => run.vault.move(from, to))
  }

  move(device: SimDevice): void {
    const from = device.rng.pick(this.#nodes(device))?.path
    if (from === undefined) return
    const to = this.#folder(device)
    this.#do(device, 'write', `move /${from.join('/')} to /${to.join('/')}`, (run) => run.vault.move(from, to))
  }

  remove(device: SimDevice): void {
    const path = device.rng.pick(this.#nodes(device))?.path
    if (path !== undefined) this.#do(device, 'write', `rm /${path.join('/')}`, (run) => run.vault.remove(path))
  }

  restore(device: SimDevice): void {
    const gone = device.rng.pick(device.run!.vault.index.tree.deleted())
    if (gone !== undefined) this.#do(device, 'write', `restore ${gone.name}`, (run) => run.vault.restore(gone.file))
  }

  shred(device: SimDevice): void {
    const { tree } = device.run!.vault.index
    const living = this.#nodes(device).map(({ node }) => node.id)
    const file = device.rng.pick([...living, ...tree.deleted().map((one) => one.file)])
    if (file !== undefined)
      this.#do(device, 'write', `shred ${file.slice(0, 8)}`, async (run) => void (await run.vault.shred(file)))
  }

  read(device: SimDevice): void {
    const content = device.rng.pick(contentsOf(device.run!.vault.index))
    if (content === undefined) return
    const write = this.#world.truth.learn(content)
    if (write === undefined) return this.#world.broken(READS, `${device.name} shows a content that nobody wrote`)
    const isHere = isComplete(device, content.object)
    this.#do(
      device,
      'read',
      `read ${write.size} bytes`,
      async (run) => {
        const hash = await readHash(run, content)
        if (hash !== write.hash) this.#world.broken(READS, `${device.name} reads other bytes than were written`)
      },
      isHere
    )
  }

  /** Work that a crash of this device ends. */
  #do(
    device: SimDevice,
    kind: Deed['kind'],
    what: string,
    work: (run: DeviceRun) => Promise<void>,
    needsNobody = kind === 'write'
  ): void {
    const { life, run, busy } = device
    if (life === undefined || run === undefined || busy.size >= 4) return
    const { trace, scheduler } = this.#world
    trace.note(`${device.name}: ${what}`)
    const deed: Deed = { device, kind, what, needsNobody }
    const end = (outcome: Outcome): void => this.#ended(deed, outcome)
    const task = work(run).then(
      () => {
        busy.delete(task)
        if (!life.isDead) end({ kind: 'done' })
      },
      (error: unknown) => {
        busy.delete(task)
        if (!life.isDead) end({ kind: 'failed', error })
      }
    )
    busy.add(task)
    scheduler.at(PATIENCE_MS, 'patience', () => !life.isDead && busy.has(task) && end({ kind: 'hangs' }))
  }

  #ended(deed: Deed, outcome: Outcome): void {
    const { device, what } = deed
    if (outcome.kind === 'failed') {
      this.#world.trace.note(`${device.name}: ${what}: ${text(outcome.error)}`)
      if (!isExpected(deed, outcome.error)) this.#world.fail(`${device.name}: ${what} failed: ${text(outcome.error)}`)
    }
    for (const checker of this.#world.checkers) checker.ended?.(deed, outcome)
  }

  #put(device: SimDevice, what: string, folder: readonly string[], names: readonly string[]): void {
    const writes = new Map<Write, Uint8Array>()
    for (const _ of names) {
      const bytes = makeContent(device.rng)
      writes.set(this.#world.truth.newWrite(device.name, bytes.length, hashOf(bytes)), bytes)
    }
    const sizes = [...writes.keys()]
      .map(({ size, mtimeMs }) => `${(mtimeMs - 1_600_000_000_000) / 1000}: ${size}`)
      .join(', ')
    this.#do(device, 'write', `${what} (${sizes})`, async (run) => {
      const report = await run.vault.addTree(itemsOf([...writes], names, device.rng.chance(0.1)), folder)
      if (report.failed.length > 0) return
      for (const content of contentsOf(run.vault.index)) this.#world.truth.learn(content)
      for (const write of writes.keys()) write.acknowledged = true
    })
  }

  #nodes(device: SimDevice): { path: readonly string[]; node: Node }[] {
    return [...device.run!.vault.index.tree.walk(null)]
  }

  #folder(device: SimDevice): readonly string[] {
    if (device.rng.chance(0.4)) return []
    const folders = this.#nodes(device).filter(({ node }) => node.kind === 'folder')
    const path = device.rng.pick(folders)?.path ?? []
    return path.length < 4 && device.rng.chance(0.3) ? [...path, device.rng.pick(FOLDERS)!] : path
  }
}

async function* itemsOf(
  writes: readonly (readonly [Write, Uint8Array])[],
  names: readonly string[],
  executable: boolean
): AsyncGenerator<AddItem> {
  for (const [i, [write, bytes]] of writes.entries()) {
    yield {
      kind: 'file',
      path: [names[i]!],
      mtimeMs: write.mtimeMs,
      executable,
      sizeBytes: bytes.length,
      content: sourceOfBytes(bytes)
    }
  }
}

function isComplete(device: SimDevice, object: ObjectId): boolean {
  const run = device.run!
  const record = run.vault.replica.log.pins().recordOf(object)
  return (
    record !== undefined &&
    run.exchange.wanted.isComplete(record.hash) &&
    [record.manifest, ...record.blobs].every(({ id }) => device.disk.blobs.has(id))
  )
}

/** What the world did explains it, or what others did at the same time. */
function isExpected({ device, kind }: Deed, error: unknown): boolean {
  if (!isHoldfastError(error)) return false
  if (kind === 'read') return isCode(error, 'NOT_HERE', 'UNKNOWN_EPOCH')
  if (
    isCode(
      error,
      'NOT_FOUND',
      'EXISTS',
      'NOT_A_FOLDER',
      'IS_A_FOLDER',
      'INTO_ITSELF',
      'THERE_ALREADY',
      'NAME_NOT_ALLOWED'
    )
  )
    return true
  if (isCode(error, 'STORE_FULL')) return device.wasFull
  if (isCode(error, 'WRITES_HELD', 'UNKNOWN_EPOCH')) return device.run!.state.floors.length > 0
  return isCode(error, 'CHAIN_BROKEN') && device.wasRolledBack
}
