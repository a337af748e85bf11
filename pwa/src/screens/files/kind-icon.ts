import type { TextKey } from '../../strings/t.ts'
import type { IconName } from '../../ui/icon-paths.ts'
import type { Mark } from './copies.ts'
import type { FileKind } from './kind.ts'

const KIND_ICON: Readonly<Record<FileKind, IconName>> = {
  folder: 'folder',
  link: 'link',
  picture: 'image',
  video: 'video',
  audio: 'audio',
  pdf: 'text',
  text: 'text',
  archive: 'file',
  document: 'text',
  other: 'file'
}

export function kindIcon(kind: FileKind): IconName {
  return KIND_ICON[kind]
}

export function kindWord(kind: FileKind): TextKey {
  return `files.kind.${kind}`
}

const MARK_ICON: Readonly<Record<Mark, IconName>> = {
  here: 'here',
  'only-here': 'only-here',
  elsewhere: 'elsewhere',
  arriving: 'arriving',
  nowhere: 'missing'
}

export function markIcon(mark: Mark): IconName {
  return MARK_ICON[mark]
}

export function markWord(mark: Mark): TextKey {
  return `files.mark.${mark}`
}
