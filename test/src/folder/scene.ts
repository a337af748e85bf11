import assert from 'node:assert/strict'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { Folders } from '@holdfast/node/folder/folders'
import type { FileId } from '@holdfast/core/base/ids'
import type { FolderState, KeptFolder, PassOptions } from '@holdfast/node/folder/kept-folder'
import type { Plan } from '@holdfast/node/folder/plan'
import { OWN_NAMES } from '@holdfast/node/folder/own-names'
import type { Moments } from '@holdfast/node/folder/take'
import { Device } from '../attacks/scene/device.ts'
import { exchange } from '../attacks/scene/link.ts'
import { Relay } from '../attacks/scene/relay.ts'

let place: string | undefined
let number = 0
after(() => {
  if (place !== undefined) rmSync(place, { recursive: true, force: true })
})

function newPath(): string {
  place ??= mkdtempSync(join(tmpdir(), 'holdfast-folder-'))
  return join(place, String(number++))
}

/** A real folder of this disk, kept in step by a real engine whose stores are in memory. */
export class Laptop {
  readonly device: Device
  readonly path: string
  folders!: Folders
  kept!: KeptFolder
  #heard = new Map<string, string>()

  protected constructor(device: Device, path: string) {
    this.device = device
    this.path = path
  }

  static async of(device: Device, path = newPath(), to: readonly string[] = []): Promise<Laptop> {
    const laptop = new Laptop(device, path)
    device.clock.offsetMs = 10_000 // nothing was written just now, so nobody has to be waited for
    laptop.folders = await Folders.open(device.engine)
    laptop.kept = await laptop.folders.add(path, to)
    return laptop
  }

  at(...names: string[]): string {
    return join(this.path, ...names)
  }

  write(path: string, content: string, mode = 0o644): void {
    mkdirSync(dirname(this.at(path)), { recursive: true })
    writeFileSync(this.at(path), content, { mode })
  }

  read(path: string): string {
    return readFileSync(this.at(path), 'utf8')
  }

  /** Looks at everything. */
  async pass(options: PassOptions = {}): Promise<FolderState> {
    const moments = { planned: assertWhole, ...options.moments }
    return (await this.folders.pass({ ...options, moments })).get(this.kept)!
  }

  /** Looks only where a watch would have heard something since this was asked for last. */
  async passHeard(options: PassOptions = {}): Promise<FolderState> {
    const before = this.#heard
    this.#heard = new Map(this.#folders(''))
    for (const [folder, seen] of this.#heard) if (before.get(folder) !== seen) this.kept.dirty(folder)
    return this.kept.pass({ ...options, moments: { planned: assertWhole, ...options.moments } })
  }
  /** Each folder with all that the system says of what is in it. */
  *#folders(folder: string): Iterable<[string, string]> {
    const names = readdirSync(this.at(folder)).filter((name) => folder !== '' || !OWN_NAMES.has(name))
    const seen = names.map((name) => ({ name, status: lstatSync(this.at(folder, name), { bigint: true }) }))
    yield [
      folder,
      seen.map(({ name, status: { ino, ctimeNs, size } }) => `${name} ${ino} ${ctimeNs} ${size}`).join('\n')
    ]
    for (const { name, status } of seen)
      if (status.isDirectory()) yield* this.#folders(folder === '' ? name : `${folder}/${name}`)
  }

  /** Everything that a person sees in it. */
  tree(): Record<string, string> {
    const seen: Record<string, string> = {}
    const walk = (folder: string): void => {
      for (const name of readdirSync(this.at(folder)).sort()) {
        if (folder === '' && OWN_NAMES.has(name)) continue
        const path = folder === '' ? name : `${folder}/${name}`
        const status = lstatSync(this.at(path))
        if (status.isDirectory()) {
          seen[path] = '(folder)'
          walk(path)
        } else if (status.isSymbolicLink()) seen[path] = `-> ${readlinkSync(this.at(path))}`
        else seen[path] = ((status.mode & 0o100) === 0 ? '' : '(executable) ') + readFileSync(this.at(path), 'utf8')
      }
    }
    walk('')
    return seen
  }
}

/** What is planned for what has changed has to be what would be planned for everything. */
function assertWhole(steps: Plan, whole: () => Plan): void {
  assert.deepEqual(said(steps), said(whole()))
}

/** Steps without the ids that are drawn for them. */
function said(steps: Plan): unknown {
  const fresh = new Set([...steps.newFolders, ...steps.newFiles].map(({ id }) => id))
  const known = (_key: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value)
    return fresh.has(value as FileId) ? 'new' : value
  }
  return Object.entries(steps).map(([kind, list]) => [
    kind,
    (list as unknown[]).map((one) => JSON.stringify(one, known)).sort()
  ])
}

/** Two laptops of one account and a relay between them. */
export class Pair {
  readonly relay: Relay
  readonly a: Laptop
  readonly b: Laptop

  private constructor(relay: Relay, a: Laptop, b: Laptop) {
    this.relay = relay
    this.a = a
    this.b = b
  }

  static async new(
    prepare: (paths: { a: string; b: string }) => void = () => undefined,
    paths = { a: newPath(), b: newPath() }
  ): Promise<Pair> {
    const first = await Device.found('laptop-a')
    const relay = await Relay.of(first)
    const second = await Device.join(first, 'laptop-b', { relay })
    for (const device of [first, second, first, second]) await exchange(device, relay)
    prepare(paths)
    return new Pair(relay, await Laptop.of(first, paths.a), await Laptop.of(second, paths.b))
  }

  /** Both in step with these files. */
  static async with(files: Record<string, string>, paths?: { a: string; b: string }): Promise<Pair> {
    const pair = await Pair.new(undefined, paths)
    for (const [path, content] of Object.entries(files)) pair.a.write(path, content)
    await pair.agree()
    return pair
  }

  /** What each has done is told, exchanged, and done at the other. */
  async sync(moments: Moments = {}): Promise<void> {
    for (const laptop of [this.a, this.b]) await laptop.pass({ onlyTells: true })
    for (let round = 0; round < 2; round++)
      for (const laptop of [this.a, this.b, this.a]) {
        await exchange(laptop.device, this.relay)
        await laptop.pass(laptop === this.a ? { moments } : {})
      }
    await exchange(this.b.device, this.relay)
  }

  /** Both show the same, and it is this. */
  async agree(expected?: Record<string, string>): Promise<void> {
    await this.sync()
    assert.deepEqual(this.b.tree(), this.a.tree())
    if (expected !== undefined) assert.deepEqual(this.a.tree(), expected)
    for (const laptop of [this.a, this.b]) assert.deepEqual(laptop.kept.state.code, undefined)
  }
}
