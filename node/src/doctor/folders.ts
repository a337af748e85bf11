import { count } from '@holdfast/core/base/amounts'
import { explain } from '@holdfast/core/base/errors'
import type { Folders } from '../folder/folders.ts'
import type { KeptFolder } from '../folder/kept-folder.ts'
import { fine, found, type Check } from './check.ts'

/** Whether each folder of this disk is kept in step, and noticed when it changes. */
export function folderChecks(folders: Pick<Folders, 'list' | 'unwatched'>): Check[] {
  const unwatched = new Set(folders.unwatched())
  return folders.list().map((folder) => ({ ...oneFolder(folder, unwatched.has(folder)), about: folder.record.path }))
}

function oneFolder(folder: KeptFolder, isUnwatched: boolean): Check {
  folder.look()
  const { code, report } = folder.state
  if (code !== undefined) return found('folder', 'error', code, explain(code).cause)
  const [first] = report?.failed ?? []
  if (report !== undefined && first !== undefined) {
    const others = report.failed.size > 1 ? ` and ${report.failed.size - 1} more` : ''
    const said = `Not in step: ${first[0]}${others}. ${explain(first[1]).cause}`
    return found('folder', 'warning', first[1], said)
  }
  if (isUnwatched)
    return found(
      'folder',
      'warning',
      'WATCHES_LOW',
      'This system takes no more watches: changes are found by a scan each minute.'
    )
  if (report === undefined) return fine('folder', 'It is there. It is kept in step while `holdfast up` runs.')
  return fine('folder', report.waiting > 0 ? `In step but for ${count(report.waiting, 'file')} to come.` : 'In step.')
}
