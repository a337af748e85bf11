import { explain, type ErrorCode } from '@holdfast/core/base/errors'
import type { Advice } from '@holdfast/core/operations/advice'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { status as statusOfVaults } from '@holdfast/core/operations/status'
import type { Beside, StatusArgs } from '@holdfast/core/operations/status'
import { wrongSettings } from '../home/wrong-settings.ts'
import { foldersOf, type Folders } from '../folder/folders.ts'
import type { KeptFolder } from '../folder/kept-folder.ts'
import { diskPlaceOf } from '../home/disk-place.ts'
import { folderEvent } from './folder.ts'

/**
 * The same with the folders of this disk: one that waits for a person is as much a reason to look as anything else. So are
 * settings that were changed to something wrong since this process read them: it will not start again with them.
 */
export async function status(engine: OpEngine, args: StatusArgs, io: OperationIo): Promise<void> {
  const all = await foldersOf(engine)
  const kept = all.list()
  const folders: object[] = []
  for (const folder of kept) {
    const { type: _, ...fields } = await folderEvent(folder)
    folders.push(fields)
  }
  const wrong = await wrongSettings(diskPlaceOf(engine.home).folder)
  const problems = wrong === undefined ? [] : [{ ...wrong, remedy: explain(wrong.code).remedy }]
  const needs = problems.map(({ message, remedy }): Advice => ({ message, action: remedy }))[0] ?? needed(kept)
  const beside: Beside = {
    fields: { folders },
    problems,
    ...(needs === undefined ? {} : { needs }),
    ...busy(engine, all),
    ...amiss(kept)
  }
  await statusOfVaults(engine, args, io, beside)
}

/** On the way to being online nobody has to be told how to get there. */
function busy(engine: OpEngine, folders: Folders): Pick<Beside, 'busy'> {
  if (folders.catchingUp !== undefined) return { busy: { message: CATCHING_UP } }
  return engine.isGoingOnline ? { busy: { message: 'It is connecting.' } } : {}
}

const CATCHING_UP =
  'The folders are looked through for what changed meanwhile; when that is told, this device connects by itself.'

function amiss(kept: readonly KeptFolder[]): Pick<Beside, 'amiss'> {
  const files = kept.reduce((sum, { state }) => sum + (state.report?.failed.size ?? 0), 0)
  if (files === 0) return {}
  const message = `Nothing is on its way, but ${files} in the folders of this computer ${files === 1 ? 'is' : 'are'} not in step.`
  return { amiss: { message, action: 'See what and why: holdfast folder ls' } }
}

function needed(
  kept: readonly { record: { path: string }; state: { code: ErrorCode | undefined } }[]
): Advice | undefined {
  const first = kept.find(({ state }) => state.code !== undefined)
  if (first?.state.code === undefined) return undefined
  const { cause, remedy } = explain(first.state.code)
  return { message: `${first.record.path}: ${cause}`, action: remedy }
}
