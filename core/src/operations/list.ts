import { authorsIn } from '../engine/authors.ts'
import { whereaboutsIn } from '../engine/whereabouts.ts'
import { Arguments } from './arguments.ts'
import type { OperationEvent } from '../ports/operation-io.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { contentOf } from './look.ts'
import type { OperationIo } from './operation.ts'
import { childrenOf, everythingBelow, lookUp } from './places.ts'
import type { Found } from './places.ts'

export interface ListArgs {
  readonly path: readonly string[]
  readonly long: boolean
  readonly recursive: boolean
}

export function parseList(value: unknown): ListArgs {
  const args = new Arguments(value)
  return { path: args.path('path'), long: args.flag('long'), recursive: args.flag('recursive') }
}

/** What is in a folder, or the one file named. From the indexes alone: no content is touched and nobody is asked. */
export async function list(engine: OpEngine, args: ListArgs, io: OperationIo): Promise<void> {
  const looks = { whereaboutsOf: whereaboutsIn(engine), authorOf: args.long ? authorsIn(engine) : undefined }
  for (const found of listed(engine, args)) {
    io.signal.throwIfAborted()
    await io.emit(describe(engine, found, looks))
  }
}

function listed(engine: OpEngine, { path, recursive }: ListArgs): Iterable<Found> {
  const at = lookUp(engine, path)
  if (at !== undefined && at.node.kind !== 'folder') return [at]
  return recursive ? everythingBelow(engine, at) : childrenOf(engine, at)
}

interface Looks {
  readonly whereaboutsOf: ReturnType<typeof whereaboutsIn>
  readonly authorOf: ReturnType<typeof authorsIn> | undefined
}

/** In full where authors are asked for. */
function describe(engine: OpEngine, found: Found, { whereaboutsOf, authorOf }: Looks): OperationEvent {
  const { path, node, vault } = found
  const content = contentOf(node)
  const kind = node.kind === 'executable' ? 'file' : node.kind
  const time = node.content === undefined ? {} : { mtime: isoTime(node.content.mtimeMs) }
  const wanted = node.name !== node.wanted && node.conflictOf === undefined ? { wanted: node.wanted } : {}
  const event: OperationEvent = {
    type: 'file',
    path: pathText(path),
    kind,
    ...time,
    ...wanted,
    ...shared(engine, found, authorOf !== undefined)
  }
  if (content === undefined || vault === undefined) return event
  const size = {
    ...event,
    bytes: content.size,
    executable: node.kind === 'executable',
    conflict: node.conflictOf !== undefined
  }
  const { state, copies } = whereaboutsOf(content, vault)
  if (authorOf === undefined) return state === 'nowhere' ? { ...size, state } : size
  const author = authorOf(vault, content)
  return { ...size, state, copies, version: content.object, ...(author === undefined ? {} : { author }) }
}

function shared({ home }: OpEngine, { mount }: Found, long: boolean): object {
  if (mount === undefined) return {}
  const replica = long ? home.replica.vault(mount.vault) : undefined
  return { shared: true, ...(replica === undefined ? {} : { members: replica.log.membership().accounts.size }) }
}

/** Null for a time that is none: it is claimed by whoever wrote it. */
export function isoTime(timeMs: number): string | null {
  const date = new Date(timeMs)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
