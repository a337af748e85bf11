import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectControl } from '@holdfast/node/control/client'
import type { OperationEvent } from '@holdfast/core/ports/operation-io'
import { controlSocket } from '@holdfast/node/control/socket-path'
import type { Corpus } from './corpora.ts'
import { Program, run } from './process.ts'
import type { FolderTrio } from './folders.ts'
import type { Trial, Trio } from './transfer.ts'

const HOLDFAST = binary('node/bin/holdfast.js')
const RELAY = binary('relay-pi/bin/holdfast-relay.js')
const LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0']

/** Laptop A, a relay and laptop B: three processes on loopback, connected, with empty vaults. */
export class HoldfastTrio implements Trio {
  readonly programs: Trio['programs']
  private readonly folder: string

  /** `nodeArgs` go to the three processes that run on (--cpu-prof …). */
  static async start(folder: string, nodeArgs: readonly string[] = []): Promise<HoldfastTrio> {
    mkdirSync(folder, { recursive: true })
    const [relayHome, passphrase] = [join(folder, 'relay'), join(folder, 'passphrase')]
    writeFileSync(passphrase, 'bench bench bench bench\n', { mode: 0o600 })
    const relay = new Program(process.execPath, [
      ...nodeArgs,
      RELAY,
      'serve',
      '--home',
      relayHome,
      ...LOOPBACK,
      '--json'
    ])
    await relay.line(({ type }) => type === 'ready')
    const home = (name: string): string => join(folder, name)
    await node(HOLDFAST, 'init', '--home', home('a'), '--name', 'a', '--passphrase-file', passphrase)
    const [invite] = await node(RELAY, 'invite', '--home', relayHome)
    await node(HOLDFAST, 'relay', 'add', String(invite!['code']), '--home', home('a'))
    const pairing = new Program(process.execPath, [HOLDFAST, 'pair', '--home', home('a'), '--yes', '--json'])
    const { link } = await pairing.line(({ type }) => type === 'link')
    await node(HOLDFAST, 'pair', String(link), '--home', home('b'), '--name', 'b', '--passphrase-file', passphrase)
    await pairing.ended
    const up = async (name: string): Promise<Program> => {
      const program = new Program(process.execPath, [...nodeArgs, HOLDFAST, 'up', '--home', home(name), '--json'])
      await program.line(({ type }) => type === 'ready')
      return program
    }
    const trio = new HoldfastTrio(folder, { a: await up('a'), middle: relay, b: await up('b') })
    for (const name of ['a', 'b']) await trio.call(name, 'sync')
    return trio
  }

  private constructor(folder: string, programs: Trio['programs']) {
    this.folder = folder
    this.programs = programs
  }

  /** `holdfast add` as a person gives it, beside the process that has the home open; until B holds every byte. */
  async bring(corpus: Corpus, from: string): Promise<Trial> {
    const startMs = performance.now()
    await node(HOLDFAST, 'add', from, '--to', '/in', '--home', join(this.folder, 'a'))
    const addedSeconds = (performance.now() - startMs) / 1000
    await this.call('a', 'sync')
    for (;;) {
      await this.call('b', 'sync')
      const endMs = performance.now()
      const status = (await this.call('b', 'status')).find(({ type }) => type === 'status')
      if (status?.['files'] === corpus.files && status['missingBlobs'] === 0)
        return { seconds: (endMs - startMs) / 1000, addedSeconds }
    }
  }

  /** A folder of each laptop, kept in step with the whole vault. */
  async keepFolders(): Promise<FolderTrio> {
    const folders = { a: join(this.folder, 'folder-a'), b: join(this.folder, 'folder-b') }
    for (const name of ['a', 'b'] as const) await this.call(name, 'folder add', { path: folders[name] })
    return {
      folders,
      programs: this.programs,
      bring: (corpus, from) => this.bring(corpus, from),
      look: async () => undefined, // it is watched
      rescan: async () => void (await this.call('a', 'sync')),
      stop: () => this.stop()
    }
  }

  async stop(): Promise<void> {
    for (const program of Object.values(this.programs)) await program.stop()
  }

  private async call(name: string, op: string, args: object = {}): Promise<OperationEvent[]> {
    const client = await connectControl(controlSocket(join(this.folder, name)))
    if (client === undefined) throw new Error(`nobody answers for ${name}`)
    const events: OperationEvent[] = []
    await client.call(op, args, {
      emit: async (event) => void events.push(event),
      progress: () => undefined,
      write: async () => undefined,
      input: async function* () {},
      ask: async () => true,
      signal: new AbortController().signal
    })
    return events
  }
}

/** Seconds one command takes from its start to its end: on a home, with nobody up. */
export async function commandSeconds(args: readonly string[]): Promise<number> {
  const startMs = performance.now()
  await run(process.execPath, [HOLDFAST, ...args])
  return (performance.now() - startMs) / 1000
}

/** A home by itself, with these files in it. */
export async function homeWith(folder: string, from: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const [home, passphrase] = [join(folder, 'home'), join(folder, 'passphrase')]
  writeFileSync(passphrase, 'bench bench bench bench\n', { mode: 0o600 })
  await node(HOLDFAST, 'init', '--home', home, '--name', 'a', '--passphrase-file', passphrase)
  await node(HOLDFAST, 'add', from, '--to', '/in', '--home', home)
  return home
}

function node(program: string, ...args: string[]): Promise<Record<string, unknown>[]> {
  return run(process.execPath, [program, ...args, '--json'])
}

function binary(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url))
}
