import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { Engine } from '@holdfast/core/engine/engine'
import { openHome } from '@holdfast/node/home/open'
import { initHome } from '@holdfast/node/home/open'
import { OPERATIONS } from '@holdfast/node/operations/table'
import { readDocumented, unlike } from '@holdfast/node/term/documented'
import { ask, RelayProcess } from '@holdfast/relay-pi/testing/relay-process'

export type Said = Readonly<Record<string, unknown>> & { readonly type: string }

/**
 * Somebody with one device. Every operation opens the home, goes online, does it and closes the home again, as a command does, only
 * in this process: starting hundreds of processes would take minutes. What belongs together is done in one opening, by `with`,
 * because opening costs more than most operations. Relays are processes of their own.
 */
export class Person {
  readonly name: string
  readonly home: string
  readonly relays: RelayProcess[] = []
  /** What brings the account back. */
  readonly words: string
  private engine: Engine | undefined

  constructor(name: string, home: string, words: string) {
    this.name = name
    this.home = home
    this.words = words
  }

  /** What the operation said; its bytes, if it gives any, as one event `bytes`. */
  async run(op: string, args: Readonly<Record<string, unknown>> = {}): Promise<Said[]> {
    return this.with((engine) => runIn(engine, op, args))
  }

  /** The one event of this type. */
  async said(type: string, op: string, args: Readonly<Record<string, unknown>> = {}): Promise<Said> {
    const found = (await this.run(op, args)).filter((event) => event.type === type)
    assert.equal(found.length, 1, `${op}: ${JSON.stringify(found)}`)
    return found[0]!
  }

  /** The code that the operation ends with. */
  async fails(op: string, args: Readonly<Record<string, unknown>> = {}): Promise<ErrorCode> {
    const error = await this.run(op, args).then(
      () => undefined,
      (reason: unknown) => reason
    )
    if (!isHoldfastError(error)) throw error instanceof Error ? error : new Error(`${op} did not fail`)
    return error.code
  }

  /** Puts files into the vault, by their paths there. */
  async put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-files-'))
    try {
      await this.with(async () => {
        for (const [path, content] of Object.entries(files)) {
          const file = join(folder, path)
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, content)
          await this.run('add', { paths: [file], to: dirname(path) })
        }
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async text(path: string): Promise<string> {
    const pieces = (await this.run('cat', { paths: [path] })).filter(({ type }) => type === 'bytes')
    return pieces.map(({ text }) => text).join('')
  }

  async names(path = '/'): Promise<string[]> {
    const listed = await this.run('ls', { path, recursive: true })
    return listed.map((event) => String(event['path'])).sort()
  }

  sync(): Promise<Said[]> {
    return this.run('sync')
  }

  /** Opens the home for all that `work` does, through it or through this person. */
  async with<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    if (this.engine !== undefined) return work(this.engine)
    const home = await openHome(this.home, {})
    const engine = await Engine.start(home, { connect: true })
    this.engine = engine
    try {
      return await work(engine)
    } finally {
      this.engine = undefined
      await engine.stop()
      await home.close()
    }
  }

  async addRelay(relay: RelayProcess): Promise<void> {
    this.relays.push(relay)
    const { code } = await ask(relay.home, 'invite')
    await this.with(async () => {
      await this.run('relay add', { code })
      await this.sync()
    })
  }
}

/** What an operation says in a home that is open; `events` has it also when it fails. */
export async function runIn(
  engine: Engine,
  op: string,
  args: Readonly<Record<string, unknown>> = {},
  events: Said[] = []
): Promise<Said[]> {
  const heading = DOCUMENTED.has(op) ? op : op.split(' ')[0]!
  await OPERATIONS.get(op)!.run(engine, args, {
    emit: async (event) => {
      assert.deepEqual(unlike(DOCUMENTED, heading, { v: 1, ...event }), [], `${op}: ${JSON.stringify(event)}`)
      events.push(event as Said)
    },
    progress: () => undefined,
    write: async (bytes) => void events.push({ type: 'bytes', text: Buffer.from(bytes).toString() }),
    input: async function* () {},
    ask: async () => false,
    signal: new AbortController().signal
  })
  return events
}

const DOCUMENTED = readDocumented()

/** People who have verified each other, each with a relay that the others do not use. */
export async function people(t: TestContext, ...names: readonly string[]): Promise<Person[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-people-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const all: Person[] = []
  for (const name of names) {
    const at = join(folder, name)
    const { home, words } = await initHome(at, { passphrase: 'for tests', name: 'laptop', storeCredentials: true })
    await home.close()
    const person = new Person(name, at, words)
    await person.addRelay(await relayIn(t, join(folder, `relay of ${name}`)))
    all.push(person)
  }
  await introduce(all)
  return all
}

/** Everybody says what they are called, and verifies all others. */
async function introduce(all: readonly Person[]): Promise<void> {
  const cards = new Map<Person, unknown>()
  for (const one of all) cards.set(one, (await one.said('contact', 'contact', { name: one.name }))['card'])
  for (const one of all) {
    const others = [...cards].filter(([other]) => other !== one)
    if (others.length > 0)
      await one.with(async () => {
        for (const [, card] of others) await one.run('contact add', { card, verified: true })
      })
  }
}

export async function relayIn(t: TestContext, home: string): Promise<RelayProcess> {
  const relay = await RelayProcess.start(home)
  t.after(() => relay.end('SIGKILL'))
  return relay
}
