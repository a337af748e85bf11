import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'

/** A compiled program, by its path from this file, in a process of its own; `before` are words put in front of node. */
export function startChild(program: string, args: readonly string[], before: readonly string[] = []): ChildProcess {
  const [command, ...words] = [...before, process.execPath, pathOf(program), ...args]
  const { NODE_TEST_CONTEXT: _, ...env } = process.env // or a child with tests would tell them in bytes
  return spawn(command!, words, { stdio: ['ignore', 'pipe', 'inherit'], env })
}

/** Its lines until `enough` says so or it ends. It goes on running. */
export async function linesOf(child: ChildProcess, enough: (lines: readonly string[]) => boolean): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line)
    if (enough(lines)) break
  }
  return lines
}

/** Runs to the end and returns what it printed. Throws when it fails. */
export async function runChild(
  program: string,
  args: readonly string[],
  before: readonly string[] = []
): Promise<string> {
  const child = startChild(program, args, before)
  let output = ''
  child.stdout!.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}\n${output}`)
  return output
}

/** What is started often is bundled by scripts/programs.mjs, because loading it took half its time; a bundle older than a build is not what is to be tested. */
function pathOf(program: string): string {
  const bundled = new URL(`../program/${basename(program)}.js`, import.meta.url)
  if (existsSync(bundled)) {
    const madeMs = statSync(bundled).mtimeMs
    const builds = ['core', 'node', 'test'].map((at) => new URL(`../../../${at}/dist/.tsbuildinfo`, import.meta.url))
    if (builds.every((build) => statSync(build).mtimeMs <= madeMs)) return bundled.pathname
  }
  return new URL(`${program}.js`, import.meta.url).pathname
}
