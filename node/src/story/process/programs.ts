import { fileURLToPath } from 'node:url'
import { Child } from './child.ts'
import type { ChildOptions, Ended, JsonEvent } from './child.ts'

/** The folder of the whole project: this file is compiled to node/dist/story/process/. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

export type Program = 'holdfast' | 'holdfast-relay'

const LAUNCHERS: Readonly<Record<Program, string>> = {
  holdfast: `${ROOT}node/bin/holdfast.js`,
  'holdfast-relay': `${ROOT}relay-pi/bin/holdfast-relay.js`
}

/** Starts a program with --json, and with the details of its errors. Programs without `input` end by themselves when this process is gone. */
export function start(program: Program, args: readonly string[], options: ChildOptions = {}): Child {
  const env = options.env ?? cleanEnvironment()
  const tether = options.input === undefined ? ['--import', new URL('./tether.js', import.meta.url).href] : []
  return new Child([...tether, LAUNCHERS[program], ...args, '--json', '--verbose'], { ...options, env })
}

/** Runs a program to its end, however it ends. */
export function run(program: Program, args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  return start(program, args, options).ended
}

/** Runs a program that has to succeed. Throws CommandFailed. */
export async function succeed(program: Program, args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  const ended = await run(program, args, options)
  if (ended.code !== 0) throw new CommandFailed(program, args, ended)
  return ended
}

/** The last event of that type. Throws when there is none. */
export function eventOf({ events }: Pick<Ended, 'events'>, type: string): JsonEvent {
  const found = events.findLast((event) => event.type === type)
  if (found === undefined) throw new Error(`no event "${type}" among: ${events.map((event) => event.type).join(', ')}`)
  return found
}

export class CommandFailed extends Error {
  readonly ended: Ended

  constructor(program: Program, args: readonly string[], ended: Ended) {
    const how = ended.signal ?? `exit ${ended.code}`
    super(
      `${program} ${args.join(' ')}: ${how}\n${ended.stderr.trim()}\n${ended.stdout.toString().trim().slice(-2000)}`
    )
    this.name = 'CommandFailed'
    this.ended = ended
  }
}

/** Nothing of the user's own vault may leak into these processes, and nothing of npm's settings matters to them. They meet where the story says, and nobody else on this network. */
export function cleanEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const own = (name: string): boolean => name.startsWith('HOLDFAST_') || name.startsWith('npm_')
  const kept = Object.entries(env).filter(([name]) => !own(name) && !DROPPED.has(name))
  return { ...Object.fromEntries(kept), HOLDFAST_CONNECT_DISCOVER: 'false' }
}

/** A test runner's own wishes, and options for Node that were meant for the program that starts these. */
const DROPPED: ReadonlySet<string> = new Set(['NODE_TEST_CONTEXT', 'NODE_V8_COVERAGE', 'FORCE_COLOR'])
