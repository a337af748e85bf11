import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { assertSaysNothing, readLog } from '@holdfast/node/log/testing'
import { Device } from '@holdfast/node/story/cast/device'
import { readDocumented, unlike } from '@holdfast/node/term/documented'
import { Pi } from '@holdfast/node/story/cast/pi'
import type { ChildOptions, Ended, JsonEvent } from '@holdfast/node/story/process/child'
import { freePort } from '@holdfast/node/story/process/ports'
import { cleanEnvironment, run, start } from '@holdfast/node/story/process/programs'
import type { Program } from '@holdfast/node/story/process/programs'
import type { Child } from '@holdfast/node/story/process/child'

export { until } from './until.ts'

/** How a laptop stays up where no browser comes: what listens for browsers takes as long to load as all the rest. */
export const BY_TCP: readonly string[] = ['--no-app', '--listen', '/ip4/127.0.0.1/tcp/0']

/** A relay and two laptops, as real processes on loopback, in one temporary folder. */
export interface World {
  readonly folder: string
  readonly pi: Pi
  readonly a: Device
  readonly b: Device
  /** Runs a command as it is typed in that folder, and holds it to its exit code. */
  holdfast(line: string | readonly string[], code?: number, options?: ChildOptions): Promise<Ended>
  relay(line: string | readonly string[], code?: number): Promise<Ended>
  /** Starts one that goes on; it is ended with the tests. */
  begin(program: Program, line: string): Child
  path(...names: string[]): string
  /** Makes a file with folders above it. */
  file(path: string, content: string | Uint8Array): string
}

/** To be called once in a file of tests: everything is ended and taken away after them. */
export async function newWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-e2e-'))
  const path = (...names: string[]): string => join(folder, ...names)
  const passphrase = path('P')
  writeFileSync(passphrase, 'a passphrase for tests\n')
  const pi = new Pi(path('R'), [`/ip4/127.0.0.1/tcp/${await freePort()}`])
  const a = new Device(path('A'), 'laptop-a', passphrase, ['--store-credentials'], BY_TCP)
  const b = new Device(path('B'), 'laptop-b', passphrase, ['--store-credentials'], BY_TCP)
  const begun: Child[] = []
  const named: string[] = []
  after(async () => {
    await Promise.allSettled([...begun.map((child) => child.stop('SIGKILL')), a.goDown(), b.goDown(), pi.goDown()])
    const logs = readdirSync(folder).flatMap((home) => readLog(path(home)))
    await rm(folder, { recursive: true, force: true })
    assertSaysNothing(logs, [folder, 'laptop-a', 'laptop-b', ...named])
  })
  const env = cleanEnvironment()
  const exactly = async (program: Program, line: string | readonly string[], code = 0, options: ChildOptions = {}) => {
    const args = typeof line === 'string' ? line.split(' ') : line
    const ended = await run(program, args, { cwd: folder, env, ...options })
    assert.equal(
      ended.code,
      code,
      `${program} ${args.join(' ')}\n${ended.stdout.toString().slice(-2000)}\n${ended.stderr}`
    )
    for (const line of linesIn(ended))
      assert.deepEqual(unlike(DOCUMENTED, commandOf(program, args), line), [], JSON.stringify(line))
    return ended
  }
  return {
    folder,
    pi,
    a,
    b,
    path,
    holdfast: (line, code, options) => exactly('holdfast', line, code, options),
    relay: (line, code) => exactly('holdfast-relay', line, code),
    begin(program, line) {
      const child = start(program, line.split(' '), { cwd: folder, env })
      begun.push(child)
      return child
    },
    file(name, content) {
      const full = path(name)
      named.push(name)
      mkdirSync(join(full, '..'), { recursive: true })
      writeFileSync(full, content)
      return full
    }
  }
}

const DOCUMENTED = readDocumented()

/** By its heading in docs/json.md. */
function commandOf(program: Program, args: readonly string[]): string {
  const [one, two] = program === 'holdfast' ? args : ['relay', args[0]]
  return DOCUMENTED.has(`${one} ${two}`) ? `${one} ${two}` : String(one)
}

/** `cat` alone has something else on standard output. */
function linesIn({ stdout }: Ended): JsonEvent[] {
  const lines = stdout.toString().split('\n').slice(0, -1)
  return lines.every((line) => line.startsWith('{"v":')) ? lines.map((line) => JSON.parse(line) as JsonEvent) : []
}

/** Both laptops of one account, with the relay, and up. */
export async function bringUp(world: World): Promise<void> {
  const { pi, a, b } = world
  await Promise.all([pi.goUp(), a.init()])
  await a.goUp()
  await a.run('relay', 'add', await pi.invite())
  await b.join(a)
  await b.goUp()
}

/** Every line of standard output is an event with `v` and `type`; returns them. */
export function linesOf({ stdout }: Ended): JsonEvent[] {
  const lines = stdout.toString().split('\n')
  assert.equal(lines.pop(), '')
  return lines.map((line) => {
    const event = JSON.parse(line) as JsonEvent
    assert.equal(event['v'], 1, line)
    assert.equal(typeof event.type, 'string', line)
    return event
  })
}

/** The error a command ended with. */
export function errorOf({ events }: Ended): string {
  const error = events.at(-1)
  assert.equal(error?.type, 'error')
  for (const field of ['code', 'message', 'remedy']) assert.equal(typeof error[field], 'string', field)
  return String(error['code'])
}
