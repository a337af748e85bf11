import { navigate } from '../../app/router.ts'
import { t } from '../../strings/t.ts'
import type { EntryAction } from './entry-sheet.tsx'
import { keepHere } from './file-actions.ts'
import type { FileEntry } from './file-entry.ts'
import { isWithin } from './paths.ts'
import { canShare, saveCopy, shareCopy } from './save.ts'

export interface EntryWishes {
  onRename(): void
  onMove(): void
  onDelete(): void
  /** Where it can be selected among others. */
  onSelect?(): void
}

/** What can be done with one entry: what only looks first, what takes away last. `kept`: the paths that this device keeps. */
export function actionsFor(entry: FileEntry, wishes: EntryWishes, kept: readonly string[]): EntryAction[] {
  const { kind, path } = entry
  const isKept = kept.includes(path)
  const open: EntryAction = {
    label: t('files.open'),
    icon: 'open',
    onSelect: () => navigate({ screen: kind === 'folder' ? 'files' : 'view', path })
  }
  const out: EntryAction[] = [
    { label: t('files.save'), icon: 'download', onSelect: () => void saveCopy(entry) },
    ...(canShare() ? [{ label: t('files.share'), icon: 'share' as const, onSelect: () => void shareCopy(entry) }] : [])
  ]
  const keep: EntryAction = { label: t('files.keep'), icon: 'star', onSelect: () => void keepHere([path], true) }
  const release: EntryAction = {
    label: t('files.release'),
    icon: 'elsewhere',
    onSelect: () => void keepHere([path], false)
  }
  return [
    open,
    ...(wishes.onSelect === undefined
      ? []
      : [{ label: t('files.select'), icon: 'check' as const, onSelect: wishes.onSelect }]),
    ...(kind === 'file' ? out : []),
    // What lies in a folder that is kept is kept with it.
    ...(kind === 'link' || (!isKept && kept.some((above) => isWithin(path, above))) ? [] : [isKept ? release : keep]),
    { label: t('files.rename'), icon: 'edit', onSelect: wishes.onRename },
    { label: t('files.move'), icon: 'move', onSelect: wishes.onMove },
    { label: t('files.delete'), icon: 'trash', isDangerous: true, onSelect: wishes.onDelete }
  ]
}
