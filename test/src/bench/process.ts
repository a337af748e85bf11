import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a process has used, itself and its threads. */
export interface Usage {
  readonly cpuSeconds: number
  readonly peakMiB: number
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv
}

const KEPT_STDERR = 4000

/** A process that runs until it is stopped, and what it uses. Linux only: it reads /proc. */
export class Program {
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<unknown>
  private readonly child: ChildProcess
  private readonly name: string
  private stderr = ''

  constructor(file: string, args: readonly string[], options: ProgramOptions = {}) {
    this.name = [file, ...args].join(' ')
    this.child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } })
    this.ended = once(this.child, 'close')
    this.child.stderr!.on(
      'data',
      (piece: Buffer) => (this.stderr = (this.stderr + piece.toString()).slice(-KEPT_STDERR))
    )
  }

  /** The first line of JSON on its standard output that is the one; what comes later is read and let go. */
  async line(isIt: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    const lines = createInterface({ input: this.child.stdout! })
    return new Promise((resolve, reject) => {
      lines.on('line', (text) => {
        const line = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
        if (isIt(line)) resolve(line)
      })
      this.child.once('close', () => reject(new Error(`${this.name} ended too early: ${this.stderr}`)))
    })
  }

  /** Reads its standard output and forgets it. */
  drain(): this {
    this.child.stdout!.resume()
    return this
  }

  get pid(): number {
    return this.child.pid!
  }

  usage(): Usage {
    return usageOf(this.pid)
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await gone
  }
}

/** Runs a program to its end and gives the lines of JSON it printed. */
export async function run(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {}
): Promise<Record<string, unknown>[]> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0)
    throw new Error(
      `${[file, ...args].join(' ')} ended with ${code}: ${stdout.slice(-KEPT_STDERR)} ${stderr.slice(-KEPT_STDERR)}`
    )
  return stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []))
}

/** Of a process that is running. */
export function usageOf(pid: number): Usage {
  // The second field is the name in brackets, which may hold anything.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const peakKiB = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuSeconds: (Number(stat[11]) + Number(stat[12])) / CLOCK_TICKS, peakMiB: Number(peakKiB) / 1024 }
}

/** USER_HZ: 100 on every Linux there is. */
const CLOCK_TICKS = 100
