import { useEffect, useMemo, useState } from 'preact/hooks'
import { vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Note } from '../../ui/note.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { sizeText } from '../files/format.ts'
import { endingOf } from '../files/kind.ts'
import { TextPages } from './text-pages.ts'
import type { TextSoFar } from './text-pages.ts'
import { UnknownContent } from './unknown-content.tsx'

/** A text as the characters it is made of, whatever they would mean to a browser. */
export function TextContent({ entry }: { entry: FileEntry }) {
  const { name, bytes = 0 } = entry
  const [soFar, setSoFar] = useState<TextSoFar | 'no text'>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const ended = useMemo(() => new AbortController(), [])
  const pages = useMemo(() => new TextPages(vault(), entry, ended.signal), [])
  useEffect(() => () => ended.abort(), [])
  const more = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      setSoFar((await pages.more()) ?? 'no text')
    } catch (cause) {
      if (!ended.signal.aborted) setError(cause)
    }
    setBusy(false)
  }
  useEffect(() => void more(), [])
  if (soFar === 'no text') return <UnknownContent entry={entry} />
  return (
    <div class="text-content">
      {soFar !== undefined && PROGRAMS.has(endingOf(name)) && <Note>{t('viewer.text.source')}</Note>}
      {soFar !== undefined && (
        <pre
          class="text-view"
          dir="auto"
          tabIndex={0}
          role="region"
          aria-label={t('viewer.text', { name: shown(name) })}
        >
          {soFar.text}
        </pre>
      )}
      {error !== undefined && <ErrorNote error={error} retry={() => void more()} />}
      {soFar === undefined
        ? error === undefined && <Waiting>{t(entry.state === 'here' ? 'viewer.loading' : 'viewer.fetching')}</Waiting>
        : !pages.isWhole && (
            <div class="text-more">
              <span>{t('viewer.text.shown', { shown: sizeText(soFar.doneBytes), size: sizeText(bytes) })}</span>
              {pages.mayGoOn ? (
                <Button busy={isBusy} onClick={() => void more()}>
                  {t('viewer.text.more')}
                </Button>
              ) : (
                <span>{t('viewer.text.end')}</span>
              )}
            </div>
          )}
    </div>
  )
}

const PROGRAMS: ReadonlySet<string> = new Set(
  'html htm xhtml xml svg js mjs cjs jsx ts mts tsx css php py rb pl sh bash zsh fish sql'.split(' ')
)
