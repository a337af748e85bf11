import { explain } from '../base/errors.ts'
import { needsPerson, type Status } from '../engine/status.ts'
import { count } from '../base/amounts.ts'

/** How things are in one sentence, and the one thing to do about it, if there is any. */
export interface Advice {
  readonly message: string
  readonly action?: string
}

/** Only what is asked of the person most urgently: everything else is said in its own place. */
export function adviceFor(status: Status): Advice {
  switch (status.state) {
    case 'needs you':
      return needed(status)
    case 'off':
      return { message: 'Nothing is sent or brought in now.', action: 'Stay connected: holdfast up' }
    case 'waiting for a device':
      if (status.peers.length > 0)
        return { message: 'None of the others can be reached now; it is tried again by itself.' }
      return { message: 'There is no other device or relay yet.', action: 'Add a device: holdfast pair' }
    case 'syncing':
      return { message: 'Things are on their way.' }
    case 'up to date':
      return settled(status)
  }
}

function needed({ problems }: Status): Advice {
  const first = problems.find(({ code, path }) => path !== undefined || needsPerson(code))
  if (first === undefined) return { message: 'Something does not mend itself.' }
  const { cause, remedy } = explain(first.code)
  return { message: cause, action: remedy }
}

function settled({ onlyHere, conflicts, vaults }: Status): Advice {
  const alone =
    onlyHere.files > 0
      ? `Nothing is on its way, but ${count(onlyHere.files, 'file')} ${onlyHere.files === 1 ? 'is' : 'are'} only here.`
      : undefined
  if (conflicts > 0)
    return {
      message: alone ?? 'Both contents of a conflict are kept.',
      action: 'See what was changed twice: holdfast conflicts'
    }
  if (alone !== undefined) return { message: alone, action: 'Add a relay that is always on: holdfast relay add CODE' }
  if (vaults.some(({ relays }) => relays.some(({ connected }) => !connected)))
    return { message: 'Nothing is on its way, but not every relay can be reached now.' }
  return { message: 'Everything is where it should be.' }
}
