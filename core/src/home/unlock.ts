import type { HomeSettings } from './settings.ts'

/** Ways to open the key box, in the order they are tried. */
export interface Unlock {
  /** A passphrase that was given with the command. */
  readonly given?: () => Promise<string>
  /** One that the home remembers; undefined leaves the other ways open. */
  readonly remembered?: (settings: HomeSettings) => Promise<string | undefined>
  /** Asks the person; absent where nobody can be asked. */
  readonly prompt?: () => Promise<string>
}
