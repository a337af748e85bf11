import { explain, type ErrorCode } from '@holdfast/core/base/errors'
import type { Advice } from '@holdfast/core/operations/advice'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { status as statusOfVaults } from '@holdfast/core/operations/status'
import type { Beside, StatusArgs } from '@holdfast/core/operations/status'
import { wrongSettings } from '../home/wrong-settings.ts'
import { foldersOf } from '../folder/folders.ts'
import { diskPlaceOf } from '../home/disk-place.ts'
import { folderEvent } from './folder.ts'

/**
 * The same with the folders of this disk: one that waits for a person is as much a reason to look as anything else. So are
 * settings that were changed to something wrong since this process read them: it will not start again with them.
 */
export async function status(engine: OpEngine, args: StatusArgs, io: OperationIo): Promise<void> {
  const kept = (await foldersOf(engine)).list()
  const folders: object[] = []
  for (const folder of kept) {
    const { type: _, ...fields } = await folderEvent(folder)
    folders.push(fields)
  }
  const wrong = await wrongSettings(diskPlaceOf(engine.home).folder)
  const problems = wrong === undefined ? [] : [{ ...wrong, remedy: explain(wrong.code).remedy }]
  const needs = problems.map(({ message, remedy }): Advice => ({ message, action: remedy }))[0] ?? needed(kept)
  const beside: Beside = { fields: { folders }, problems, ...(needs === undefined ? {} : { needs }) }
  await statusOfVaults(engine, args, io, beside)
}

function needed(
  kept: readonly { record: { path: string }; state: { code: ErrorCode | undefined } }[]
): Advice | undefined {
  const first = kept.find(({ state }) => state.code !== undefined)
  if (first?.state.code === undefined) return undefined
  const { cause, remedy } = explain(first.state.code)
  return { message: `${first.record.path}: ${cause}`, action: remedy }
}
