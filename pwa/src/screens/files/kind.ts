import { nameOf } from './paths.ts'

/** What a file is by its name: what it is drawn as and how it is opened. Its content decides nothing. */
export type FileKind =
  | 'folder'
  | 'link'
  | 'picture'
  | 'video'
  | 'audio'
  | 'pdf'
  | 'text'
  | 'archive'
  | 'document'
  | 'other'

export function kindOf(entry: { readonly kind: 'file' | 'folder' | 'link'; readonly path: string }): FileKind {
  return entry.kind === 'file' ? kindByName(nameOf(entry.path)) : entry.kind
}

export function kindByName(name: string): FileKind {
  const ending = endingOf(name)
  const media = MEDIA_TYPES.get(ending)
  if (media !== undefined)
    return media.startsWith('image/')
      ? 'picture'
      : media === 'application/pdf'
        ? 'pdf'
        : (media.slice(0, 5) as 'video' | 'audio')
  return OTHERS.get(ending) ?? (TEXT_NAMES.has(name.toLowerCase()) ? 'text' : 'other')
}

/** The type under which a browser may be given a file: one of a fixed list without any that holds programs. Undefined: never as itself. */
export function mediaType(name: string): string | undefined {
  return MEDIA_TYPES.get(endingOf(name))
}

/** Letters after the last dot, small; empty where there are none. */
export function endingOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['mp4', 'video/mp4'],
  ['m4v', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['webm', 'video/webm'],
  ['mkv', 'video/x-matroska'],
  ['ogv', 'video/ogg'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['aac', 'audio/aac'],
  ['ogg', 'audio/ogg'],
  ['oga', 'audio/ogg'],
  ['opus', 'audio/ogg'],
  ['wav', 'audio/wav'],
  ['flac', 'audio/flac'],
  ['weba', 'audio/webm'],
  ['pdf', 'application/pdf']
])

/** What holds programs (HTML, SVG, scripts) is text here: it is shown as what it says, never run. */
const TEXT_ENDINGS =
  'txt text md markdown log csv tsv json jsonl yaml yml toml ini conf cfg env html htm xhtml xml svg css scss less js mjs cjs jsx ts mts tsx py rb go rs c h cpp hpp cc java kt swift php pl sh bash zsh fish sql tex rst org ics vcf srt vtt diff patch nfo desktop service'

const OTHERS: ReadonlyMap<string, FileKind> = new Map([
  ...TEXT_ENDINGS.split(' ').map((ending) => [ending, 'text'] as const),
  ...'zip tar gz tgz bz2 xz zst 7z rar'.split(' ').map((ending) => [ending, 'archive'] as const),
  ...'doc docx odt rtf xls xlsx ods ppt pptx odp epub'.split(' ').map((ending) => [ending, 'document'] as const)
])

const TEXT_NAMES: ReadonlySet<string> = new Set([
  'readme',
  'license',
  'makefile',
  'dockerfile',
  'changelog',
  '.gitignore'
])
