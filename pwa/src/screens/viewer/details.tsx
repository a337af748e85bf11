import './details.css'
import { hashOf } from '../../app/routes.ts'
import { t } from '../../strings/t.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Section } from '../../ui/list.tsx'
import { Note } from '../../ui/note.tsx'
import { shown } from '../../ui/shown.ts'
import { couldDie } from '../files/copies.ts'
import type { EntryAuthor, FileEntry } from '../files/file-entry.ts'
import { copiesText, sizeText, timeText } from '../files/format.ts'
import { kindOf } from '../files/kind.ts'
import { kindWord } from '../files/kind-icon.ts'
import { WhereMark } from '../files/marks.tsx'

/** All that is known of a file beside its content. */
export function Details({ entry }: { entry: FileEntry }) {
  const { bytes, modifiedMs, author, state, copies, conflict, wanted } = entry
  return (
    <Section title={t('viewer.details')}>
      {conflict && (
        <Note
          tone="warn"
          actions={<LinkButton href={hashOf({ screen: 'activity' })}>{t('viewer.conflict.action')}</LinkButton>}
        >
          <p>{t('viewer.conflict')}</p>
        </Note>
      )}
      <dl class="details">
        {state !== undefined && (
          <>
            <dt>{t('viewer.copies')}</dt>
            <dd class={couldDie(entry) ? 'mark-amber' : ''}>
              <bdi>{copies.length === 0 ? t('files.copies.none') : copiesText(entry)}</bdi>
              <span class="details-marks">
                <WhereMark entry={entry} />
              </span>
              {couldDie(entry) && <span class="details-hint">{t('viewer.copies.one')}</span>}
            </dd>
          </>
        )}
        <dt>{t('viewer.kind')}</dt>
        <dd>{t(kindWord(kindOf(entry)))}</dd>
        {bytes !== undefined && (
          <>
            <dt>{t('viewer.size')}</dt>
            <dd>{sizeText(bytes)}</dd>
          </>
        )}
        <dt>{t('viewer.modified')}</dt>
        <dd>{modifiedMs === undefined ? t('viewer.modified.unknown') : timeText(modifiedMs)}</dd>
        {author !== undefined && (
          <>
            <dt>{t('viewer.author')}</dt>
            <dd>
              <bdi>{authorText(author)}</bdi>
            </dd>
          </>
        )}
      </dl>
      {wanted !== undefined && <p class="details-hint">{t('viewer.wanted', { name: shown(wanted) })}</p>}
    </Section>
  )
}

export function authorText({ name, device, self }: EntryAuthor): string {
  const values = { name: shown(name), device: shown(device) }
  return t(self ? 'viewer.author.you' : 'viewer.author.other', values)
}
