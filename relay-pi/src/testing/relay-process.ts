import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DeviceId } from '@holdfast/core/base/ids'
import { decodeInvite } from '@holdfast/core/sync/wire/invite'
import { readDocumented, unlike } from '@holdfast/node/term/documented'

/** For tests: the real program. It holds no test of its own. */
const BIN = fileURLToPath(new URL('../../bin/holdfast-relay.js', import.meta.url))

type Line = Readonly<Record<string, unknown>>

export interface Outcome {
  readonly code: number | null
  readonly lines: Line[]
  readonly stderr: string
}

/** Runs one command to its end. */
export async function command(home: string, ...args: string[]): Promise<Outcome> {
  const child = start(home, args)
  const lines: Line[] = []
  createInterface({ input: child.stdout! }).on('line', (text) => lines.push(JSON.parse(text) as Line))
  let stderr = ''
  child.stderr!.on('data', (piece) => (stderr += String(piece)))
  const [code] = (await once(child, 'close')) as [number | null]
  for (const line of lines) assertDocumented(args[0]!, line)
  return { code, lines, stderr }
}

/** The only line of a command that must succeed. */
export async function ask(home: string, ...args: string[]): Promise<Line> {
  const { code, lines, stderr } = await command(home, ...args)
  if (code !== 0 || lines.length !== 1) throw new Error(`${args.join(' ')}: ${code} ${JSON.stringify(lines)} ${stderr}`)
  return lines[0]!
}

/** A relay that serves in a process of its own. */
export class RelayProcess {
  readonly home: string
  readonly addresses: readonly string[]
  private readonly child: ChildProcess

  private constructor(home: string, child: ChildProcess, addresses: readonly string[]) {
    this.home = home
    this.child = child
    this.addresses = addresses
  }

  static async start(home: string, ...args: string[]): Promise<RelayProcess> {
    const listen = args.includes('--listen') ? [] : ['--listen', '/ip4/127.0.0.1/tcp/0']
    const child = start(home, ['serve', ...listen, ...args])
    let stderr = ''
    child.stderr!.on('data', (piece) => (stderr += String(piece)))
    for await (const text of createInterface({ input: child.stdout! })) {
      const line = JSON.parse(text) as Line
      assertDocumented('serve', line)
      if (line['type'] === 'ready') return new RelayProcess(home, child, line['addresses'] as string[])
    }
    throw new Error(`the relay did not start: ${stderr}`)
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Its code, or the signal that ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return this.child.exitCode ?? this.child.signalCode
    const closed = once(this.child, 'exit') as Promise<[number | null, string | null]>
    this.child.kill(signal)
    const [code, ended] = await closed
    return code ?? ended
  }

  async invite(): Promise<{ relay: DeviceId; secret: Uint8Array; addresses: readonly string[] }> {
    return decodeInvite(String((await ask(this.home, 'invite'))['code']))
  }
}

/** Every line of every test is as docs/json.md tells it. */
function assertDocumented(name: string, line: Line): void {
  assert.deepEqual(unlike(DOCUMENTED, `relay ${name}`, line), [], `${name}: ${JSON.stringify(line)}`)
}

const DOCUMENTED = readDocumented()

function start(home: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [BIN, ...args, '--home', home, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
}
