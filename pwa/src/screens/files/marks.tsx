import './marks.css'
import { t } from '../../strings/t.ts'
import { Icon } from '../../ui/icon.tsx'
import { couldDie, markOf } from './copies.ts'
import type { FileEntry } from './file-entry.ts'
import { markIcon, markWord } from './kind-icon.ts'

/** Where a file is: a sign and a word, in amber where one copy is all that is known. */
export function WhereMark({ entry }: { entry: FileEntry }) {
  const mark = markOf(entry)
  if (mark === undefined) return null
  const isAmber = couldDie(entry)
  return (
    <>
      <span class={`mark-where mark-${isAmber ? 'amber' : mark}`}>
        <Icon name={markIcon(mark)} size={16} />
        <span>{t(markWord(mark))}</span>
      </span>
      {isAmber && mark !== 'only-here' && (
        <span class="mark-where mark-amber">
          <Icon name="only-here" size={16} />
          <span>{t('files.mark.one-copy')}</span>
        </span>
      )}
    </>
  )
}

/** That it is shared, that it is in conflict. */
export function OtherMarks({ entry }: { entry: FileEntry }) {
  const { shared, members, conflict } = entry
  return (
    <>
      {shared && (
        <span class="mark-where">
          <Icon name="people" size={16} />
          <span>{members === undefined ? t('files.mark.shared') : t('files.mark.members', { count: members })}</span>
        </span>
      )}
      {conflict && (
        <span class="mark-where mark-amber">
          <Icon name="warning" size={16} />
          <span>{t('files.mark.conflict')}</span>
        </span>
      )}
    </>
  )
}
