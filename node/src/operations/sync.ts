import { explain, isHoldfastError } from '@holdfast/core/base/errors'
import { Arguments } from '@holdfast/core/operations/arguments'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { pendingAt, tellWhatDoesNotFit } from '@holdfast/core/operations/fits'
import { sync as syncAll, syncVaults } from '@holdfast/core/operations/sync'
import { lookAtCopies } from '../folder/copies-duty.ts'
import { foldersOf } from '../folder/folders.ts'
import type { KeptFolder } from '../folder/kept-folder.ts'
import { assertInStep, folderEvent, tellFailures, tellProgress } from './folder.ts'

export interface SyncArgs {
  readonly acceptsDeletes: boolean
}

export function parseSync(value: unknown): SyncArgs {
  return { acceptsDeletes: new Arguments(value ?? {}).flag('acceptDeletes') }
}

/**
 * One pass of everything. What was done in the folders of this disk is told before anything is heard, so that what two devices did
 * without knowing of each other is told apart from what one did after the other; then the folders get what came.
 */
export async function sync(engine: OpEngine, { acceptsDeletes }: SyncArgs, io: OperationIo): Promise<void> {
  const folders = await foldersOf(engine)
  const { signal } = io
  const onProgress = tellProgress(io)
  if (folders.list().length > 0) {
    await folders.pass({ onlyTells: true, acceptsDeletes, signal, onProgress })
    await tellWhatDoesNotFit(engine, (relay) => pendingAt(engine, relay), io)
    const onExchange = (progress: object): void => io.progress({ type: 'progress', ...progress })
    await engine.syncOnce({ signal, onProgress: onExchange }).catch((error: unknown) => {
      if (!isHoldfastError(error, 'NO_PEER')) throw error // said at the end
    })
    await folders.pass({ acceptsDeletes, signal, onProgress })
    for (const folder of folders.list()) {
      await tellFailures(folder, io)
      await io.emit(await folderEvent(folder))
    }
  }
  if (folders.list().length === 0) await syncAll(engine, null, io)
  else await syncVaults(engine, io).catch((error: unknown) => outranked(error, folders.list(), io))
  if (folders.settings !== undefined) await lookAtCopies(engine, folders, folders.settings)
  assertInStep(folders.list())
}

/** Others may be there the next time; a folder that waits for a person waits until that person comes. Throws for either. */
async function outranked(error: unknown, folders: readonly KeptFolder[], io: OperationIo): Promise<never> {
  if (!isHoldfastError(error) || error.code === 'ABORTED' || folders.every(isAtWork)) throw error
  const { cause, remedy } = explain(error.code)
  await io.emit({ type: 'not-synced', code: error.code, message: cause, remedy })
  assertInStep(folders)
  throw error
}

function isAtWork({ state }: KeptFolder): boolean {
  return state.code === undefined
}
