import { explain, type ErrorCode } from '@holdfast/core/base/errors'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { status as statusOfVaults } from '@holdfast/core/operations/status'
import type { Beside, StatusArgs } from '@holdfast/core/operations/status'
import { foldersOf } from '../folder/folders.ts'
import { folderEvent } from './folder.ts'

/** The same with the folders of this disk: one that waits for a person is as much a reason to look as anything else. */
export async function status(engine: OpEngine, args: StatusArgs, io: OperationIo): Promise<void> {
  const kept = (await foldersOf(engine)).list()
  const folders: object[] = []
  for (const folder of kept) {
    const { type: _, ...fields } = await folderEvent(folder)
    folders.push(fields)
  }
  await statusOfVaults(engine, args, io, { fields: { folders }, ...needs(kept) })
}

function needs(kept: readonly { record: { path: string }; state: { code: ErrorCode | undefined } }[]): Partial<Beside> {
  const first = kept.find(({ state }) => state.code !== undefined)
  if (first?.state.code === undefined) return {}
  const { cause, remedy } = explain(first.state.code)
  return { needs: { message: `${first.record.path}: ${cause}`, action: remedy } }
}
