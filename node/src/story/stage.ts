import { join } from 'node:path'

/** Where the story plays: a folder with three homes in it and what belongs to them. */
export interface Stage {
  readonly folder: string
  readonly stateFile: string
  readonly pi: string
  readonly laptop: string
  readonly desktop: string
  readonly passphrase: string
  readonly words: string
  readonly sample: string
  /** What the second device wrote out, to be compared. */
  readonly received: string
  /** What both write while nobody can hear them. */
  readonly drafts: string
  /** Everything the story makes besides its own state. */
  readonly made: readonly string[]
}

export function stageAt(folder: string): Stage {
  const at = (name: string): string => join(folder, name)
  const paths = {
    pi: at('pi'),
    laptop: at('laptop'),
    desktop: at('desktop'),
    passphrase: at('passphrase.txt'),
    words: at('recovery-words.txt'),
    sample: at('sample'),
    received: at('received'),
    drafts: at('drafts')
  }
  return { folder, stateFile: at('story.json'), ...paths, made: Object.values(paths) }
}
