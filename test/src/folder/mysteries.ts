import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { exchange } from '../attacks/scene/link.ts'
import { Rng } from '../sim/rng.ts'
import { Pair } from './scene.ts'
import type { Laptop } from './scene.ts'

const NAMES = ['a', 'b', 'c', 'A', 'd.txt']
const FOLDERS = ['', 'x', 'y', 'x/z']

/**
 * Random edits on two real folders with syncs of either interleaved at random, against a model: what somebody wrote is there in the
 * end, unless it was deleted or overwritten by somebody whose disk showed it; and all show the same.
 */
export async function mysteries(seed: number, steps: number): Promise<void> {
  const rng = new Rng(seed)
  const random = (): number => rng.next() / 2 ** 32
  const pair = await Pair.new()
  const person = new Person(random)
  for (let step = 0; step < steps; step++) {
    const laptop = random() < 0.5 ? pair.a : pair.b
    const what = random()
    if (what < 0.6) person.act(laptop)
    else if (what < 0.75) {
      const onlyTells = random() < 0.5
      await (random() < 0.3 ? laptop.pass({ onlyTells }) : laptop.passHeard({ onlyTells }))
    } else if (what < 0.9) await exchange(laptop.device, pair.relay)
    else await pair.sync()
  }
  for (let round = 0; round < 3; round++) await pair.sync()
  assert.deepEqual(pair.b.tree(), pair.a.tree(), `seed ${seed}`)
  const shown = new Set(Object.values(pair.a.tree()).map((text) => text.replace('(executable) ', '')))
  for (const content of person.written)
    if (!person.discarded.has(content)) assert.ok(shown.has(content), `seed ${seed}: ${content} is lost`)
  for (const laptop of [pair.a, pair.b]) {
    const { code, report } = await laptop.pass()
    assert.deepEqual([code, report?.done, [...(report?.failed ?? [])]], [undefined, 0, []], `seed ${seed}: not at rest`)
  }
}

/** Everything somebody may do in a folder, and what of it is not to be found again. */
class Person {
  readonly written = new Set<string>()
  readonly discarded = new Set<string>()
  readonly #random: () => number
  #number = 0

  constructor(random: () => number) {
    this.#random = random
  }

  act(laptop: Laptop): void {
    const [one, other] = [this.#anyPath(), this.#anyPath()].map((path) => laptop.at(path)) as [string, string]
    switch (Math.floor(this.#random() * 8)) {
      case 0:
      case 1:
      case 2:
        return this.#write(one)
      case 3:
        return this.#discard(one)
      case 4:
      case 5:
        return this.#rename(one, other)
      case 6:
        if (existsSync(one) && lstatSync(one).isFile()) chmodSync(one, this.#random() < 0.5 ? 0o755 : 0o644)
        return
      default:
        if (!existsSync(one)) mkdirSync(one, { recursive: true })
        else if (lstatSync(one).isFile()) utimesSync(one, 1_600_000_000 + this.#number++, 1_600_000_000 + this.#number)
    }
  }

  #anyPath(): string {
    const folder = FOLDERS[Math.floor(this.#random() * FOLDERS.length)]!
    return join(folder, this.#random() < 0.15 ? 'folder' : NAMES[Math.floor(this.#random() * NAMES.length)]!)
  }

  #write(path: string): void {
    if (!mayStand(path)) return
    mkdirSync(join(path, '..'), { recursive: true })
    if (existsSync(path)) {
      if (lstatSync(path).isDirectory()) return
      this.discarded.add(readFileSync(path, 'utf8'))
    }
    const content = `content ${this.#number++} ${'x'.repeat(Math.floor(this.#random() * 20))}`
    this.written.add(content)
    writeFileSync(path, content)
  }

  #discard(path: string): void {
    if (!existsSync(path)) return
    for (const content of contentsOf(path)) this.discarded.add(content)
    rmSync(path, { recursive: true })
  }

  #rename(from: string, to: string): void {
    if (!existsSync(from) || !mayStand(to) || from === to || to.startsWith(`${from}/`) || from.startsWith(`${to}/`))
      return
    if (existsSync(to)) this.#discard(to)
    mkdirSync(join(to, '..'), { recursive: true })
    renameSync(from, to)
  }
}

/** No file stands where a folder is needed. */
function mayStand(path: string): boolean {
  for (let at = join(path, '..'); ; at = join(at, '..')) {
    if (existsSync(at)) return lstatSync(at).isDirectory()
  }
}

function contentsOf(path: string): string[] {
  if (!lstatSync(path).isDirectory()) return [readFileSync(path, 'utf8')]
  return readdirSync(path).flatMap((name) => contentsOf(join(path, name)))
}
