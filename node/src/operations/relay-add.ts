import { addedEvent } from '@holdfast/core/operations/relays'
import { Arguments } from '@holdfast/core/operations/arguments'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { assertOwnWords } from '@holdfast/core/operations/recovery'
import { diskPath } from './disk-arguments.ts'
import { readKitFile, replaceKitFile } from './kit-file.ts'

export interface RelayAddArgs {
  readonly code: string
  /** The recovery kit that is to name it, on this machine. */
  readonly kit: string | undefined
}

export function parseRelayAdd(value: unknown): RelayAddArgs {
  const args = new Arguments(value)
  return { code: args.text('code'), kit: args.has('kit') ? diskPath(args, 'kit') : undefined }
}

/** As in core, and keeps the recovery kit on this machine in step. */
export async function addRelay(engine: OpEngine, { code, kit: file }: RelayAddArgs, io: OperationIo): Promise<void> {
  const kit = file === undefined ? undefined : await readKitFile(file)
  if (kit !== undefined) await assertOwnWords(engine, kit.words)
  const added = await addedEvent(engine, code)
  let failure: unknown
  if (file !== undefined && kit !== undefined)
    await replaceKitFile(file, { words: kit.words, relays: engine.relays() }).catch((error: unknown) => {
      failure = error // the relay is added all the same, and its line must be known
    })
  const kept = file === undefined || failure !== undefined ? {} : { kit: file }
  await io.emit({ ...added, ...kept })
  if (failure !== undefined) throw failure as Error
}
