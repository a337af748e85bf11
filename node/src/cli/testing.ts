import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readDocumented, unlike } from '../term/documented.ts'

/** For tests: the real program in real processes, each home and every file in one temporary folder. */
export interface Place {
  readonly folder: string
  /** Runs a command to its end; `through` another program that runs what follows it. */
  run(args: readonly string[], input?: string | Uint8Array, through?: readonly string[]): Promise<Ran>
  /** Runs it with --json: every line as docs/json.md tells it, nothing beside them, and this exit code. */
  json(args: readonly string[], code?: number, input?: string): Promise<Line[]>
  /** Starts a command; resolves when a line of the type came. */
  start(args: readonly string[], type: string): Promise<Running>
  remove(): Promise<void>
}

export interface Ran {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
  /** Standard output as --json lines. */
  readonly lines: Line[]
}

export type Line = Record<string, unknown> & { readonly v: number; readonly type: string }

export interface Running {
  readonly child: ChildProcess
  readonly line: Line
  readonly ended: Promise<Ran>
}

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url))

/** For nobody but this machine, and no browser: what listens for browsers takes as long to load as all the rest. */
const listening = (args: readonly string[]): string[] =>
  args.includes('--listen') ? [] : ['--listen', '/ip4/127.0.0.1/tcp/0']

/** Homes keep the key that opens them, because a passphrase costs half a second a command; `asksPassphrase`: they do not. `servesApp`: with a port, which without it is left to people; `discovers`: looks around on the network of this machine. */
export async function newPlace({ asksPassphrase = false, servesApp = false, discovers = false } = {}): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'))
  const passphraseFile = join(folder, 'passphrase')
  await writeFile(passphraseFile, 'correct horse battery staple\n')
  const env = {
    ...process.env,
    HOLDFAST_HOME: join(folder, 'home'),
    HOLDFAST_CONNECT_DISCOVER: String(discovers),
    NO_COLOR: '1'
  }
  const envWithFile = { ...env, HOLDFAST_PASSPHRASE_FILE: passphraseFile }
  const children = new Set<ChildProcess>()
  const launch = (args: readonly string[], through: readonly string[] = []): ChildProcess => {
    const makesHome = makes(args)
    const key = makesHome && !asksPassphrase ? ['--store-credentials'] : []
    const app = args[0] === 'up' && !servesApp ? ['--no-app', ...(discovers ? [] : listening(args))] : []
    const [command, ...rest] = [...through, process.execPath, PROGRAM, ...args, ...key, ...app]
    const child = spawn(command!, rest, { cwd: folder, env: makesHome || asksPassphrase ? envWithFile : env })
    children.add(child)
    return child
  }
  const run: Place['run'] = (args, input = '', through = []) => {
    const child = launch(args, through)
    child.stdin?.on('error', () => undefined) // a command need not read what it is given
    child.stdin?.end(input)
    return collect(child)
  }
  const documented = readDocumented()
  return {
    folder,
    run,
    async json(args, code = 0, input) {
      const ran = await run([...args, '--json'], input)
      const asked = args.join(' ')
      assert.equal(ran.code, code, `${asked}: ${ran.stdout.toString()}${ran.stderr}`)
      assert.equal(ran.stderr, '', asked)
      const two = args.slice(0, 2).join(' ')
      const command = documented.has(two) ? two : args[0]!
      for (const line of ran.lines)
        assert.deepEqual(unlike(documented, command, line), [], `${asked}: ${JSON.stringify(line)}`)
      return ran.lines
    },
    async start(args, type) {
      const child = launch(args)
      const ended = collect(child)
      const line = await Promise.race([
        lineOf(child, type),
        ended.then(({ stderr }) => Promise.reject(new Error(stderr)))
      ])
      return { child, line, ended }
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Whether a command makes a home. */
function makes([command, operand]: readonly string[]): boolean {
  return (
    command === 'init' || (command === 'pair' && operand !== undefined && (operand === '-' || !operand.startsWith('-')))
  )
}

async function collect(child: ChildProcess): Promise<Ran> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (piece: Buffer) => out.push(piece))
  child.stderr?.on('data', (piece: Buffer) => err.push(piece))
  const [code] = (await once(child, 'close')) as [number | null]
  const stdout = Buffer.concat(out)
  return {
    code,
    stdout,
    stderr: Buffer.concat(err).toString(),
    get lines() {
      return stdout
        .toString()
        .split('\n')
        .flatMap((text) => (text === '' ? [] : [JSON.parse(text) as Line]))
    }
  }
}

function lineOf(child: ChildProcess, type: string): Promise<Line> {
  let text = ''
  return new Promise((resolve) => {
    child.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString()
      for (const line of text.split('\n').slice(0, -1)) {
        const parsed = JSON.parse(line) as Line
        if (parsed.type === type) resolve(parsed)
      }
    })
  })
}
