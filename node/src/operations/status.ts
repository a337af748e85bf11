import { explain } from '@holdfast/core/base/errors'
import { adviceFor } from './advice.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { isoTime } from './list.ts'
import { contentOf } from './look.ts'
import type { OperationIo } from './operation.ts'
import { everythingBelow } from './places.ts'

export function parseStatus(value: unknown): { files: boolean } {
  return { files: new Arguments(value).flag('files') }
}

/** One look at everything; with `files`, then a line for each file and where its copies are. */
export async function status(engine: OpEngine, { files }: { files: boolean }, io: OperationIo): Promise<void> {
  const seen = engine.status()
  const { onlyHere, peers, problems, state, ...rest } = seen
  await io.emit({
    type: 'status',
    state,
    ...adviceFor(seen),
    ...rest,
    process: process.pid,
    onlyHere: { files: onlyHere.files, paths: onlyHere.paths.map(pathText) },
    peers: peers.map(({ peer, lastExchangeMs, lastError, ...known }) => ({
      ...known,
      id: peer,
      lastExchange: lastExchangeMs === undefined ? null : isoTime(lastExchangeMs),
      ...(lastError === undefined ? {} : { error: lastError })
    })),
    problems: problems.map(({ code, peer }) => ({
      code,
      peer: peer ?? null,
      message: explain(code).cause,
      remedy: explain(code).remedy
    }))
  })
  if (!files) return
  for (const { path, node, vault } of everythingBelow(engine, undefined)) {
    const content = contentOf(node)
    if (content === undefined || vault === undefined) continue
    await io.emit({ type: 'copies', path: pathText(path), ...engine.whereabouts(content, vault) })
  }
}
