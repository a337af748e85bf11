import { t } from '../strings/t.ts'
import type { IconName } from '../ui/icon-paths.ts'
import { sentenceOf } from './error-sentence.ts'
import type { Route } from './routes.ts'
import type { Status, SyncState } from './status.ts'

export const STATE_ICONS: Readonly<Record<SyncState, IconName>> = {
  'up-to-date': 'here',
  syncing: 'syncing',
  waiting: 'waiting',
  'needs-you': 'warning',
  off: 'off',
  connecting: 'syncing',
  unknown: 'waiting'
}

export const STATE_TONES: Readonly<Record<SyncState, 'plain' | 'ok' | 'accent' | 'warn'>> = {
  'up-to-date': 'ok',
  syncing: 'accent',
  waiting: 'plain',
  'needs-you': 'warn',
  off: 'plain',
  connecting: 'plain',
  unknown: 'plain'
}

export interface StateWords {
  readonly sentence: string
  /** At most one thing to do. */
  readonly action?: { readonly label: string; readonly to: Route }
}

/** Which state a person is told: nothing is up to date while a conflict waits for them, files have no other copy, or there is no network. */
export function shownState({ state, conflicts, onlyHere }: Status, hasNetwork: boolean): SyncState {
  if (state === 'up-to-date' && conflicts > 0) return 'needs-you'
  if (!hasNetwork && (state === 'up-to-date' || state === 'connecting' || state === 'syncing')) return 'waiting'
  return state === 'up-to-date' && onlyHere.files > 0 ? 'needs-you' : state
}

/** The state in one sentence, and the one thing to do about it. */
export function stateWords(status: Status, hasNetwork: boolean): StateWords {
  const { state, onlyHere, conflicts, peers, problems } = status
  // A browser waits nowhere that another could dial: without a relay nothing could come to it.
  const addRelay = { label: t('state.add-relay'), to: { screen: 'devices' } } as const
  const devices = { label: t('state.see-devices'), to: { screen: 'devices' } } as const
  if (state === 'up-to-date' && conflicts > 0)
    return {
      sentence: t('state.conflicts', { count: conflicts }),
      action: { label: t('state.see-conflicts'), to: { screen: 'activity' } }
    }
  if (!hasNetwork && state !== 'needs-you') return { sentence: t('state.offline') }
  switch (state) {
    case 'up-to-date':
      if (onlyHere.files > 0)
        return {
          sentence: t('state.only-here', { count: onlyHere.files }),
          action: peers.length === 0 ? addRelay : devices
        }
      return { sentence: t('state.up-to-date.text') }
    case 'waiting':
      if (peers.length === 0) return { sentence: t('state.waiting.alone'), action: addRelay }
      return { sentence: t('state.waiting.text') }
    case 'needs-you': {
      const [first] = problems
      if (first === undefined) return { sentence: t('state.needs-you.text'), action: devices }
      const { cause, remedy } = sentenceOf(first.code)
      return { sentence: `${cause} ${remedy}`, action: devices }
    }
    case 'syncing':
    case 'off':
    case 'connecting':
    case 'unknown':
      return { sentence: t(`state.${state}.text`) }
  }
}
