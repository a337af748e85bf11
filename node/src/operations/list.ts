import { Arguments } from './arguments.ts'
import type { ControlEvent } from '../control/io.ts'
import type { Node, OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { contentOf, everythingAt, lookUp } from './look.ts'
import type { OperationIo } from './operation.ts'

export interface ListArgs {
  readonly path: readonly string[]
  readonly long: boolean
  readonly recursive: boolean
}

export function parseList(value: unknown): ListArgs {
  const args = new Arguments(value)
  return { path: args.path('path'), long: args.flag('long'), recursive: args.flag('recursive') }
}

/** What is in a folder, or the one file named. From the index alone: no content is touched and nobody is asked. */
export async function list(engine: OpEngine, args: ListArgs, io: OperationIo): Promise<void> {
  for (const { path, node } of listed(engine, args)) {
    io.signal.throwIfAborted()
    await io.emit(describe(engine, path, node, args.long))
  }
}

function* listed(engine: OpEngine, { path, recursive }: ListArgs): Iterable<{ path: readonly string[]; node: Node }> {
  const at = lookUp(engine, path)
  if (at !== undefined && at.kind !== 'folder') yield { path, node: at }
  else if (recursive) {
    for (const item of everythingAt(engine, path)) if (item.node.id !== at?.id) yield item
  } else for (const node of engine.vault.index.tree.list(at?.id ?? null)) yield { path: [...path, node.name], node }
}

function describe(engine: OpEngine, path: readonly string[], node: Node, long: boolean): ControlEvent {
  const content = contentOf(node)
  const kind = node.kind === 'executable' ? 'file' : node.kind
  const time = node.content === undefined ? {} : { mtime: isoTime(node.content.mtimeMs) }
  const wanted = node.name !== node.wanted && node.conflictOf === undefined ? { wanted: node.wanted } : {}
  const event: ControlEvent = { type: 'file', path: pathText(path), kind, ...time, ...wanted }
  if (content === undefined) return event
  const size = {
    ...event,
    bytes: content.size,
    executable: node.kind === 'executable',
    conflict: node.conflictOf !== undefined
  }
  if (!long) return size
  const { state, copies } = engine.whereabouts(content)
  return { ...size, state, copies, version: content.object }
}

/** Null for a time that is none: it is claimed by whoever wrote it. */
export function isoTime(timeMs: number): string | null {
  const date = new Date(timeMs)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
