import { HoldfastError } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import type { Engine } from '@holdfast/core/engine/engine'
import { addAcross } from '@holdfast/core/operations/add-across'
import type { AddItem } from '@holdfast/core/operations/engine-part'
import type { ContentSource } from '@holdfast/core/vault/content-source'
import type { ServedIo } from '../bridge/server.ts'
import type { AddResult, NewFile } from '../bridge/vault-worker.ts'
import { namesOf, textOf } from './path.ts'

/** Bytes of a file that are read at once: about two chunks. */
const PIECE_BYTES = 1024 * 1024

/** Puts files in: read, cut and sealed piece by piece. Resolves when all is durable here; others get it behind that. */
export async function addFiles(
  engine: Engine,
  files: readonly NewFile[],
  io: Pick<ServedIo, 'signal' | 'progress'>
): Promise<AddResult> {
  await engine.openAll()
  const { fitting, tooDeep } = byDepth(files)
  const report = await addAcross(engine, items(fitting), [], {
    signal: io.signal,
    onProgress: ({ files: done, bytes, path }) =>
      io.progress({ type: 'progress', files: done, bytes, path: textOf(path) })
  })
  const failed = [...report.failed, ...tooDeep].map(({ path, code }) => ({ path: textOf(path), code }))
  return { files: report.files, bytes: report.bytes, failed }
}

type Named = Pick<NewFile, 'file' | 'modifiedMs'> & { readonly path: readonly string[] }

/** One that is wrong does not stop the others. A name like `..` is refused where it would be given, with any other that no device could keep. */
function byDepth(files: readonly NewFile[]): {
  fitting: Named[]
  tooDeep: { path: readonly string[]; code: 'NAME_NOT_ALLOWED' }[]
} {
  const named = files.map((file) => ({ ...file, path: namesOf(file.path) }))
  const fits = ({ path }: Named): boolean => path.length <= LIMITS.pathDepth
  const tooDeep = named.filter((one) => !fits(one))
  return {
    fitting: named.filter(fits),
    tooDeep: tooDeep.map(({ path }) => ({ path, code: 'NAME_NOT_ALLOWED' }))
  }
}

async function* items(files: readonly Named[]): AsyncGenerator<AddItem> {
  for (const { path, file, modifiedMs } of files) {
    yield {
      kind: 'file',
      path,
      mtimeMs: modifiedMs,
      executable: false,
      sizeBytes: file.size,
      content: sourceOf(file)
    }
  }
}

function sourceOf(file: Blob): ContentSource {
  return { sizeBytes: file.size, bytes: () => piecesOf(file) }
}

/** In slices, not as a stream: a stream reads ahead of whoever seals, by as much as the browser likes. */
async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = await file
      .slice(at, at + PIECE_BYTES)
      .arrayBuffer()
      .catch((cause: unknown) => {
        const isChanged = cause instanceof DOMException && cause.name === 'NotReadableError'
        throw new HoldfastError(isChanged ? 'FILE_CHANGED' : 'FILE_UNREADABLE', undefined, { cause })
      })
    yield new Uint8Array(piece)
  }
}
