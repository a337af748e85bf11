import { vault } from '../../app/vault.ts'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Waiting } from '../../ui/progress.tsx'
import { kindByName, mediaType } from '../files/kind.ts'
import { nameOf } from '../files/paths.ts'
import type { ConflictContent } from './conflict.ts'
import { readBlob, readPiece } from '../viewer/reading.ts'

const MOST_PICTURE_BYTES = 8 * 1024 * 1024
const TEXT_BYTES = 2048

type Seen =
  | { readonly kind: 'text'; readonly text: string; readonly isCut: boolean }
  | { readonly kind: 'picture'; readonly url: string }
  | { readonly kind: 'nothing' }

/** The beginning of a text, or a small picture: enough to know which content it is. */
export function Preview({ file }: { file: ConflictContent }) {
  const { path, version } = file
  const [seen, setSeen] = useState<Seen>()
  useEffect(() => {
    const ended = new AbortController()
    let url: string | undefined
    look(file, ended.signal).then(
      (found) => {
        if (found.kind === 'picture') url = found.url
        if (!ended.signal.aborted) setSeen(found)
        else if (url !== undefined) URL.revokeObjectURL(url)
      },
      () => ended.signal.aborted || setSeen({ kind: 'nothing' })
    )
    return () => {
      ended.abort()
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [path, version])
  switch (seen?.kind) {
    case undefined:
      return <Waiting>{t('viewer.loading')}</Waiting>
    case 'text':
      return (
        <pre class="preview-text" dir="auto" tabIndex={0} role="region" aria-label={t('activity.conflict.preview')}>
          {seen.text}
          {seen.isCut && ' …'}
        </pre>
      )
    case 'picture':
      return (
        <img
          class="preview-picture"
          src={seen.url}
          alt={t('activity.conflict.preview')}
          onError={() => setSeen({ kind: 'nothing' })}
        />
      )
    case 'nothing':
      return <p class="activity-detail">{t('activity.conflict.noPreview')}</p>
  }
}

async function look(file: ConflictContent, signal: AbortSignal): Promise<Seen> {
  const { path, bytes } = file
  // A copy of a conflict has its device before the ending of its name.
  const name = nameOf(path)
  const kind = kindByName(name)
  if (kind === 'picture' && bytes <= MOST_PICTURE_BYTES)
    return { kind, url: URL.createObjectURL(await readBlob(vault(), file, mediaType(name)!, { signal })) }
  if (kind !== 'text') return { kind: 'nothing' }
  const start =
    bytes === 0
      ? new Uint8Array()
      : await readPiece(vault(), file, { start: 0, end: Math.min(bytes, TEXT_BYTES) }, signal)
  if (start.includes(0)) return { kind: 'nothing' }
  const isCut = bytes > TEXT_BYTES
  return { kind, text: new TextDecoder().decode(start, { stream: isCut }), isCut }
}
