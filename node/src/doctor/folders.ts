import { count } from '@holdfast/core/base/amounts'
import { explain, type ErrorCode } from '@holdfast/core/base/errors'
import type { Folders } from '../folder/folders.ts'
import type { KeptFolder } from '../folder/kept-folder.ts'
import { reasonsOf } from '../folder/not-in-step.ts'
import { fine, found, type Check } from './check.ts'

/** Of what stands in a folder and is not as it should be, so many are named. */
const NAMED = 3

/** Whether each folder of this disk is kept in step, and noticed when it changes; what in it is not, and why. */
export function folderChecks(folders: Pick<Folders, 'list' | 'unwatched'>): Check[] {
  const unwatched = new Set(folders.unwatched())
  return folders
    .list()
    .flatMap((folder) =>
      oneFolder(folder, unwatched.has(folder)).map((check) => ({ ...check, about: folder.record.path }))
    )
}

function oneFolder(folder: KeptFolder, isUnwatched: boolean): Check[] {
  folder.look()
  const { code, report } = folder.state
  if (code !== undefined) return [found('folder', 'error', code, explain(code).cause)]
  const checks = [...notInStep(report?.failed ?? new Map()), ...otherNames(folder)]
  if (isUnwatched)
    checks.push(
      found(
        'folder',
        'warning',
        'WATCHES_LOW',
        'This system takes no more watches: changes are found by a scan each minute.'
      )
    )
  if (checks.length > 0) return checks
  if (report === undefined) return [fine('folder', 'It is there. It is kept in step while `holdfast up` runs.')]
  return [fine('folder', report.waiting > 0 ? `In step but for ${count(report.waiting, 'file')} to come.` : 'In step.')]
}

/** Each reason once, with the first of those that it keeps out of step. */
function notInStep(failed: ReadonlyMap<string, ErrorCode>): Check[] {
  return reasonsOf(failed).map(({ code, paths }) => {
    const named = paths.map((path) => (path === '' ? 'the folder itself' : path))
    return found('folder', 'warning', code, `Not in step: ${firstOf(named)}. ${explain(code).cause}`)
  })
}

function otherNames(folder: KeptFolder): Check[] {
  const renamed = folder.renamed()
  if (renamed.length === 0) return []
  const list = firstOf(renamed.map(({ path, wanted }) => `${path} (was to be ${wanted})`))
  const said = `Under another name, because not every system could keep the one it was given, or both of two: ${list}.`
  return [found('folder', 'warning', 'NAMES_CHANGED', said)]
}

function firstOf(list: readonly string[]): string {
  const more = list.length - NAMED
  return list.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
