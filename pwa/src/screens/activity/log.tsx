import { useMemo, useState } from 'preact/hooks'
import { hashOf } from '../../app/routes.ts'
import { LANGUAGE, t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Row, Section } from '../../ui/list.tsx'
import { Name } from '../../ui/name.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { clockText } from '../files/format.ts'
import { kindOf } from '../files/kind.ts'
import { kindIcon } from '../files/kind-icon.ts'
import { WhereMark } from '../files/marks.tsx'
import { useEverything } from '../files/use-listing.ts'
import { byDay, latest } from './days.ts'

/** The files changed last, in days. */
export function Log() {
  const [most, setMost] = useState(PAGE)
  const listing = useEverything(true)!
  const { value: entries } = listing.entries
  const { value: state } = listing.state
  const found = useMemo(() => latest(entries, Date.now(), most), [entries, most])
  return (
    <Section title={t('activity.log')}>
      {typeof state === 'object' && <ErrorNote error={state.error} retry={() => listing.refresh()} />}
      {state === 'loading' && <Waiting>{t('common.loading')}</Waiting>}
      {state === 'ready' && (
        <p class="activity-lead">
          {found.length === 0 ? t('activity.log.empty') : t('activity.log.text', { count: found.length })}
        </p>
      )}
      {byDay(found).map(({ startMs, entries: some }) => (
        <section key={startMs} class="log-day">
          <h3>{dayName(startMs)}</h3>
          <List>
            {some.map((entry) => (
              <Row
                key={entry.path}
                icon={kindIcon(kindOf(entry))}
                title={<Name text={entry.path} />}
                detail={<Facts entry={entry} />}
                href={hashOf({ screen: 'view', path: entry.path })}
              />
            ))}
          </List>
        </section>
      ))}
      {found.length === most && most < MOST && (
        <Button onClick={() => setMost(most + PAGE)}>{t('activity.log.more')}</Button>
      )}
    </Section>
  )
}

function Facts({ entry }: { entry: FileEntry }) {
  const { author, modifiedMs } = entry
  return (
    <>
      <span>{clockText(modifiedMs!)}</span>
      {author !== undefined && (
        <bdi>
          {author.self
            ? t('activity.log.own', { device: shown(author.device) })
            : t('activity.log.by', { name: shown(author.name), device: shown(author.device) })}
        </bdi>
      )}
      <WhereMark entry={entry} />
    </>
  )
}

const days = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'full' })

function dayName(startMs: number): string {
  const today = new Date().setHours(0, 0, 0, 0)
  if (startMs === today) return t('activity.log.today')
  // The day before, whatever the clocks did in between.
  if (startMs === new Date(today - 12 * 3_600_000).setHours(0, 0, 0, 0)) return t('activity.log.yesterday')
  return days.format(startMs)
}

const PAGE = 50
const MOST = 500
