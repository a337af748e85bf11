import type { OperationEvent, OperationIo } from '../ports/operation-io.ts'
import type { OpEngine } from './engine-part.ts'

export type { OperationEvent, OperationIo }

/**
 * Throws HoldfastError. PARTLY_DONE when some of it could not be done and each such thing was said in an event of its own,
 * the last event being `done`.
 */
export type Operation<A> = (engine: OpEngine, args: A, io: OperationIo) => Promise<void>

export interface OperationEntry {
  /** Whether a process that opens the home just for it goes online, and whether it lets others connect. */
  readonly network: 'unused' | 'needed' | 'listening'
  /** Reads its program. A process that stays does so for all at its start: later the files may be those of another version. */
  load(): Promise<unknown>
  /** Runs it with arguments as they came over a socket: strictly checked first. Throws USAGE. */
  run(engine: OpEngine, args: unknown, io: OperationIo): Promise<void>
}

export function entry(network: OperationEntry['network'], load: () => Promise<OperationEntry['run']>): OperationEntry {
  return { network, load, run: async (engine, args, io) => (await load())(engine, args, io) }
}

/** `along`: the paths whose vaults it needs; without it every mounted vault is open when it runs. */
export function bound<A>(
  parse: (args: unknown) => A,
  operation: Operation<A>,
  along?: (args: A) => readonly (readonly string[])[] | 'all'
): OperationEntry['run'] {
  return async (engine, args, io) => {
    const parsed = parse(args)
    const paths = along?.(parsed) ?? 'all'
    if (paths === 'all') await engine.openAll()
    else await engine.openAlong(paths)
    await operation(engine, parsed, io)
  }
}

/** For operations that take no arguments. */
export function nothing(): null {
  return null
}
