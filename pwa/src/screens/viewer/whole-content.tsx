import { useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Progress } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { mediaType } from '../files/kind.ts'
import { UnknownContent } from './unknown-content.tsx'
import { useBlobUrl } from './use-blob-url.ts'
import type { BlobUrl } from './use-blob-url.ts'

/** What a page holds whole at once. */
const MOST_BYTES = 64 * 1024 * 1024

/** A picture, drawn by the browser as a picture and nothing else. */
export function PictureContent({ entry }: { entry: FileEntry }) {
  if ((entry.bytes ?? 0) > MOST_BYTES) return <UnknownContent entry={entry} why="viewer.picture.large" />
  return <Picture entry={entry} />
}

function Picture({ entry }: { entry: FileEntry }) {
  const [isBroken, setBroken] = useState(false)
  const coming = useBlobUrl(entry, mediaType(entry.name)!)
  if (isBroken) return <UnknownContent entry={entry} why="viewer.broken" />
  if (coming.url === undefined) return <Coming entry={entry} coming={coming} />
  return (
    <img
      class="picture-view"
      src={coming.url}
      alt={t('viewer.picture.alt', { name: shown(entry.name) })}
      onError={() => setBroken(true)}
    />
  )
}

/**
 * A PDF in the browser's own viewer: a program of the browser in an origin and a process of its own, which knows nothing of the page. Whatever the bytes
 * are, the type they are given here makes it their only reader, so this frame can show no document. Browsers block that viewer inside a frame
 * with `sandbox`: it would add nothing but an empty frame.
 */
export function PdfContent({ entry }: { entry: FileEntry }) {
  const isShown = navigator.pdfViewerEnabled && (entry.bytes ?? 0) <= MOST_BYTES
  return isShown ? <Pdf entry={entry} /> : <UnknownContent entry={entry} why="viewer.pdf.none" />
}

function Pdf({ entry }: { entry: FileEntry }) {
  const coming = useBlobUrl(entry, 'application/pdf')
  if (coming.url === undefined) return <Coming entry={entry} coming={coming} />
  return (
    <iframe
      class="pdf-view"
      src={coming.url}
      title={t('viewer.pdf', { name: shown(entry.name) })}
      referrerpolicy="no-referrer"
    />
  )
}

function Coming({ entry, coming: { done, error, retry } }: { entry: FileEntry; coming: BlobUrl }) {
  if (error !== undefined) return <ErrorNote error={error} retry={retry} />
  return (
    <div class="coming">
      <Progress label={t(entry.state === 'here' ? 'viewer.loading' : 'viewer.fetching')} value={done} />
    </div>
  )
}
