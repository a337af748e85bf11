import { join, resolve } from 'node:path'

export { controlSocket } from '../control/socket-path.ts'

/** Where everything of one home lies. */
export interface HomePaths {
  readonly folder: string
  /** Public settings of the home: name, remembered path of the passphrase file. No secret. */
  readonly settings: string
  /** The device's keys, sealed under the passphrase. */
  readonly keyBox: string
  /** The key that opens them without a passphrase, only when asked for. */
  readonly unlockKey: string
  /** Is there while a home is being made: what lies here then is nobody's, and may be made anew. */
  readonly unfinished: string
  /** Is there while the contents of an account that came back by its words are still on their way. */
  readonly recovering: string
  /** A second copy of the home's state, which lies in the store: no secret. */
  readonly state: string
  /** The beginnings of the account's and the personal vault: without them nobody could be asked for the rest. */
  readonly geneses: string
  /** Logs, bookkeeping and ciphertext; locked by the process that has them open. */
  readonly store: string
}

export function homePaths(folder: string): HomePaths {
  const root = resolve(folder)
  return {
    folder: root,
    settings: join(root, 'home.json'),
    keyBox: join(root, 'keys.box'),
    unlockKey: join(root, 'unlock.key'),
    unfinished: join(root, 'unfinished'),
    recovering: join(root, 'recovering'),
    geneses: join(root, 'home.geneses'),
    state: join(root, 'home.state'),
    store: join(root, 'store')
  }
}
