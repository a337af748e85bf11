import './content.css'
import type { FileEntry } from '../files/file-entry.ts'
import { kindOf } from '../files/kind.ts'
import { MediaContent } from './media-content.tsx'
import { TextContent } from './text-content.tsx'
import { UnknownContent } from './unknown-content.tsx'
import { PdfContent, PictureContent } from './whole-content.tsx'

/** What a file holds, as far as it can be shown without being run. Another version is another content. */
export function Content({ entry }: { entry: FileEntry }) {
  return <ByKind key={`${entry.path} ${entry.version ?? ''}`} entry={entry} />
}

function ByKind({ entry }: { entry: FileEntry }) {
  const kind = kindOf(entry)
  if (entry.bytes === 0) return <UnknownContent entry={entry} why="viewer.empty" />
  switch (kind) {
    case 'picture':
      return <PictureContent entry={entry} />
    case 'video':
    case 'audio':
      return <MediaContent entry={entry} kind={kind} />
    case 'pdf':
      return <PdfContent entry={entry} />
    case 'text':
      return <TextContent entry={entry} />
    case 'link':
      return <UnknownContent entry={entry} why="viewer.link" />
    case 'folder':
    case 'archive':
    case 'document':
    case 'other':
      return <UnknownContent entry={entry} />
  }
}
