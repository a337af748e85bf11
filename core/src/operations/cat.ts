import { HoldfastError } from '../base/errors.ts'
import { Arguments, byteRange, rangeWithin, type ByteRange } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { contentOf } from './look.ts'
import type { OperationIo } from './operation.ts'
import { lookUp } from './places.ts'
import { reachFor } from './reach.ts'

export interface CatArgs {
  readonly paths: readonly (readonly string[])[]
  readonly range: ByteRange | undefined
}

export function parseCat(value: unknown): CatArgs {
  const args = new Arguments(value)
  return { paths: args.paths('paths'), range: args.has('range') ? byteRange(args.text('range')) : undefined }
}

/** Prints content, piece by piece as it comes; of a range only the blobs that cover it are fetched. */
export async function cat(engine: OpEngine, { paths, range }: CatArgs, io: OperationIo): Promise<void> {
  for (const path of paths) {
    const found = lookUp(engine, path)
    const content = found === undefined ? undefined : contentOf(found.node)
    if (found?.vault === undefined || content === undefined)
      throw new HoldfastError(found?.node.kind === 'file' ? 'NOT_HERE' : 'IS_A_FOLDER')
    const part = range === undefined ? undefined : rangeWithin(range, content.size)
    if (part !== undefined && part.start === part.end) continue
    await reachFor(engine, [found])
    for await (const piece of found.vault.read(content, part, { signal: io.signal })) await io.write(piece)
  }
}
