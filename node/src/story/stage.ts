import { join } from 'node:path'

/** Where the story plays: a folder with five homes in it and what belongs to them. */
export interface Stage {
  readonly folder: string
  readonly stateFile: string
  readonly pi: string
  readonly attic: string
  readonly laptop: string
  readonly desktop: string
  readonly anna: string
  readonly passphrase: string
  readonly words: string
  /** Anna is somebody else: her passphrase and her words are her own. */
  readonly annasPassphrase: string
  readonly annasWords: string
  readonly sample: string
  /** What the second device wrote out, to be compared. */
  readonly received: string
  /** The same of Anna's, for as long as it takes to compare. */
  readonly receivedByAnna: string
  /** Kept in step with one another: folders of the laptop and of the desktop. */
  readonly laptopFolder: string
  readonly desktopFolder: string
  /** What they write while nobody can hear them. */
  readonly drafts: string
  /** Everything the story makes besides its own state. */
  readonly made: readonly string[]
}

export function stageAt(folder: string): Stage {
  const at = (name: string): string => join(folder, name)
  const paths = {
    pi: at('pi'),
    attic: at('attic'),
    laptop: at('laptop'),
    desktop: at('desktop'),
    anna: at('anna'),
    passphrase: at('passphrase.txt'),
    words: at('recovery-words.txt'),
    annasPassphrase: at('passphrase-of-anna.txt'),
    annasWords: at('recovery-words-of-anna.txt'),
    sample: at('sample'),
    received: at('received'),
    receivedByAnna: at('received-by-anna'),
    laptopFolder: at('folder-on-laptop'),
    desktopFolder: at('folder-on-desktop'),
    drafts: at('drafts')
  }
  return { folder, stateFile: at('story.json'), ...paths, made: Object.values(paths) }
}
