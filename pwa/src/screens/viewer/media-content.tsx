import type { TargetedEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { openMedia } from '../../media/page-media.ts'
import type { OpenedMedia } from '../../media/media-tokens.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Note } from '../../ui/note.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { mediaType } from '../files/kind.ts'
import { UnknownContent } from './unknown-content.tsx'

/** A film or a sound. The player fetches what it plays, and after a jump what it plays then: never the whole. */
export function MediaContent({ entry, kind }: { entry: FileEntry; kind: 'video' | 'audio' }) {
  const [media, setMedia] = useState<OpenedMedia | 'unready'>()
  const [broken, setBroken] = useState<{ readonly failure: unknown }>()
  const [tries, setTries] = useState(0)
  const reachedSeconds = useRef(0)
  useEffect(() => {
    const ended = new AbortController()
    const { path, name, version, bytes = 0 } = entry
    let close = (): void => undefined
    void openMedia({ path, name, version, size: bytes, type: mediaType(name) }, ended.signal).then((opened) => {
      if (ended.signal.aborted) return opened?.close()
      if (opened !== undefined) close = () => opened.close()
      setMedia(opened ?? 'unready')
      return undefined
    })
    return () => {
      ended.abort()
      close()
    }
  }, [tries])
  const retry = (): void => {
    setMedia(undefined)
    setBroken(undefined)
    setTries(tries + 1)
  }
  if (media === undefined) return <Waiting>{t('viewer.loading')}</Waiting>
  if (media === 'unready')
    return (
      <Note tone="warn" actions={<Button onClick={() => location.reload()}>{t('viewer.reload')}</Button>}>
        <p>{t('viewer.media.unready')}</p>
      </Note>
    )
  // A player does not tell bytes that did not come from bytes that it cannot play.
  if (broken?.failure !== undefined) return <ErrorNote error={broken.failure} retry={retry} />
  if (broken !== undefined) return <UnknownContent entry={entry} why="viewer.broken" />
  const name = shown(entry.name)
  const common = {
    src: media.url,
    controls: true,
    preload: 'metadata' as const,
    onLoadedMetadata: ({ currentTarget }: PlayerEvent) => (currentTarget.currentTime = reachedSeconds.current),
    onTimeUpdate: ({ currentTarget }: PlayerEvent) => (reachedSeconds.current = currentTarget.currentTime),
    onError: () => setBroken({ failure: media.failure() })
  }
  return kind === 'video' ? (
    <video class="video-view" {...common} playsInline aria-label={t('viewer.video', { name })} />
  ) : (
    <audio class="audio-view" {...common} aria-label={t('viewer.audio', { name })} />
  )
}

type PlayerEvent = TargetedEvent<HTMLMediaElement>
