import { useState } from 'preact/hooks'
import { useLoaded } from '../../app/loaded.ts'
import { hashOf } from '../../app/routes.ts'
import { appState, run } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/list.tsx'
import { Name } from '../../ui/name.tsx'
import { shown } from '../../ui/shown.ts'
import { toast } from '../../ui/toast.tsx'
import { sizeText, timeText } from '../files/format.ts'
import { conflictsOf, isOwn } from './conflict.ts'
import type { Conflict, ConflictContent } from './conflict.ts'
import { Preview } from './preview.tsx'

/** Files that were changed in two places, the contents side by side. Nothing where there are none. */
export function Conflicts() {
  const { value, error, reload } = useLoaded(() => run('conflicts').then(conflictsOf))
  if (error !== undefined) return <ErrorNote error={error} retry={reload} />
  if (value === undefined || value.length === 0) return null
  return (
    <Section title={t('activity.conflicts')}>
      <p class="activity-lead">{t('activity.conflicts.text')}</p>
      {value.slice(0, MOST_SHOWN).map((conflict) => (
        <ConflictCard key={conflict.path} conflict={conflict} onSettled={reload} />
      ))}
    </Section>
  )
}

function ConflictCard({ conflict, onSettled }: { conflict: Conflict; onSettled: () => void }) {
  const { path, contents } = conflict
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const settle = async (keep: string): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      await run('conflicts resolve', { path, keep })
      toast({ text: t(keep === 'both' ? 'activity.conflict.settled.both' : 'activity.conflict.settled') })
      onSettled()
    } catch (cause) {
      setError(cause)
    }
    setBusy(false)
  }
  return (
    <article class="conflict" aria-label={shown(path)}>
      <h3>
        <Name text={path} />
      </h3>
      <div class="conflict-contents">
        {contents.map((content) => (
          <ContentCard
            key={content.version}
            content={content}
            contents={contents}
            isBusy={isBusy}
            onKeep={() => void settle(content.version)}
          />
        ))}
      </div>
      {error !== undefined && <ErrorNote error={error} />}
      <Button icon="copy" busy={isBusy} onClick={() => void settle('both')}>
        {t('activity.conflict.both')}
      </Button>
    </article>
  )
}

function ContentCard(props: {
  content: ConflictContent
  contents: readonly ConflictContent[]
  isBusy: boolean
  onKeep: () => void
}) {
  const { content, contents, isBusy, onKeep } = props
  const { path, bytes, modifiedMs, author } = content
  const own = appState.value.device
  const device = shown(author?.device ?? '')
  const isMine = isOwn(content, own)
  // Of two, one of them from here, the other is theirs; otherwise only names tell them apart.
  const isPlain = contents.length === 2 && contents.filter((one) => isOwn(one, own)).length === 1
  const from = isMine
    ? t('activity.conflict.this')
    : device === ''
      ? t('activity.conflict.unknown')
      : t('activity.conflict.from', { device })
  return (
    <section class="conflict-content" aria-label={from}>
      <header>
        <h4>
          <bdi>{from}</bdi>
        </h4>
        <p class="activity-detail">
          {modifiedMs !== undefined && <span>{timeText(modifiedMs)}</span>}
          <span>{sizeText(bytes)}</span>
        </p>
      </header>
      <Preview file={content} />
      <div class="conflict-actions">
        <Button kind="primary" busy={isBusy} onClick={onKeep}>
          {isPlain
            ? t(isMine ? 'activity.conflict.keep.this' : 'activity.conflict.keep.other')
            : device === ''
              ? t('activity.conflict.keep')
              : t('activity.conflict.keep.from', { device })}
        </Button>
        <LinkButton kind="quiet" href={hashOf({ screen: 'view', path })}>
          {t('activity.conflict.open')}
        </LinkButton>
      </div>
    </section>
  )
}

/** Settled ones make room for those behind them. */
const MOST_SHOWN = 20
