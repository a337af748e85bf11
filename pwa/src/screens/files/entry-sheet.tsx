import './entry-sheet.css'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { NameLine } from './file-cell.tsx'
import { shown } from '../../ui/shown.ts'
import { t } from '../../strings/t.ts'
import { couldDie } from './copies.ts'
import type { FileEntry } from './file-entry.ts'
import { copiesText, sizeText, timeText } from './format.ts'
import { OtherMarks, WhereMark } from './marks.tsx'

export interface EntryAction {
  readonly label: string
  readonly icon: IconName
  readonly isDangerous?: boolean
  readonly onSelect: () => void
}

/** What is known of one file, and what can be done with it. */
export function EntrySheet({
  entry,
  actions,
  onClose
}: {
  entry: FileEntry
  actions: readonly EntryAction[]
  onClose: () => void
}) {
  return (
    <Dialog title={<NameLine name={shown(entry.name)} />} shape="sheet" onClose={onClose}>
      <EntryFacts entry={entry} />
      <ActionList actions={actions} onClose={onClose} />
    </Dialog>
  )
}

function EntryFacts({ entry }: { entry: FileEntry }) {
  const { bytes, modifiedMs, state, copies } = entry
  return (
    <div class="entry-facts">
      <p class="entry-marks">
        <WhereMark entry={entry} />
        <OtherMarks entry={entry} />
        {bytes !== undefined && <span>{sizeText(bytes)}</span>}
        {modifiedMs !== undefined && entry.kind !== 'folder' && <span>{timeText(modifiedMs)}</span>}
      </p>
      {state !== undefined && (
        <p class={couldDie(entry) ? 'mark-amber' : ''}>
          {copies.length === 0 ? t('files.copies.none') : t('files.copies', { names: copiesText(entry) })}
        </p>
      )}
    </div>
  )
}

export function ActionList({ actions, onClose }: { actions: readonly EntryAction[]; onClose: () => void }) {
  return (
    <ul class="action-list">
      {actions.map(({ label, icon, isDangerous = false, onSelect }) => (
        <li key={label}>
          <button
            type="button"
            class={isDangerous ? 'action action-danger' : 'action'}
            onClick={() => {
              onClose()
              onSelect()
            }}
          >
            <Icon name={icon} />
            <span>{label}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
