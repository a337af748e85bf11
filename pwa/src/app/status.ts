import type { VaultEvent } from '../bridge/vault-worker.ts'
import { flagOf, numberOf, recordOf, recordsOf, textOf, textsOf, timeOf } from './fields.ts'

/** The five states, what is true just after unlocking, and that nobody has looked yet. */
export type SyncState = 'up-to-date' | 'syncing' | 'waiting' | 'needs-you' | 'off' | 'connecting' | 'unknown'

/** What `status` says, as far as the app shows it. All text in it is as others wrote it. */
export interface Status {
  readonly state: SyncState
  readonly device: string
  readonly online: boolean
  readonly files: number
  readonly bytes: number
  /** Files by the number of their known copies. */
  readonly copies: { readonly none: number; readonly one: number; readonly more: number }
  readonly onlyHere: SomeFiles
  readonly conflicts: number
  readonly missingBlobs: number
  readonly peers: readonly Peer[]
  readonly problems: readonly Problem[]
}

export interface SomeFiles {
  readonly files: number
  readonly paths: readonly string[]
}

export interface Peer {
  readonly id: string
  readonly name: string
  readonly role: 'relay' | 'device'
  /** Whose device, if somebody else's. */
  readonly person: string
  readonly connected: boolean
  readonly lastExchangeMs: number | undefined
  /** The relay through which it is connected; empty: directly. */
  readonly through: string
  /** Of a relay: what this account uses of it, as it said. */
  readonly room: Room | undefined
}

export interface Room {
  readonly usedBytes: number
  /** Undefined: no bound. */
  readonly quotaBytes: number | undefined
}

export interface Problem {
  readonly code: string
  readonly path: string
}

export const NO_STATUS: Status = {
  state: 'unknown',
  device: '',
  online: false,
  files: 0,
  bytes: 0,
  copies: { none: 0, one: 0, more: 0 },
  onlyHere: { files: 0, paths: [] },
  conflicts: 0,
  missingBlobs: 0,
  peers: [],
  problems: []
}

/** Reads the event `status`. */
export function statusOf(event: VaultEvent): Status {
  const copies = recordOf(event, 'copies')
  const onlyHere = recordOf(event, 'onlyHere')
  return {
    state: STATES.get(textOf(event, 'state')) ?? 'unknown',
    device: textOf(event, 'device'),
    online: flagOf(event, 'online'),
    files: numberOf(event, 'files'),
    bytes: numberOf(event, 'bytes'),
    copies: { none: numberOf(copies, 'none'), one: numberOf(copies, 'one'), more: numberOf(copies, 'more') },
    onlyHere: { files: numberOf(onlyHere, 'files'), paths: textsOf(onlyHere, 'paths') },
    conflicts: numberOf(event, 'conflicts'),
    missingBlobs: numberOf(event, 'missingBlobs'),
    peers: recordsOf(event, 'peers').map((peer) => ({
      id: textOf(peer, 'id'),
      name: textOf(peer, 'name'),
      role: textOf(peer, 'role') === 'relay' ? 'relay' : 'device',
      person: textOf(peer, 'person'),
      connected: flagOf(peer, 'connected'),
      lastExchangeMs: timeOf(peer, 'lastExchange'),
      through: textOf(peer, 'through'),
      room: roomOf(recordOf(peer, 'room'))
    })),
    problems: recordsOf(event, 'problems').map((problem) => ({
      code: textOf(problem, 'code'),
      path: textOf(problem, 'path')
    }))
  }
}

function roomOf(room: Readonly<Record<string, unknown>>): Room | undefined {
  if (typeof room['usedBytes'] !== 'number') return undefined
  const quotaBytes = numberOf(room, 'quotaBytes')
  return { usedBytes: numberOf(room, 'usedBytes'), quotaBytes: quotaBytes === 0 ? undefined : quotaBytes }
}

const STATES: ReadonlyMap<string, SyncState> = new Map([
  ['up to date', 'up-to-date'],
  ['syncing', 'syncing'],
  ['waiting for a device', 'waiting'],
  ['needs you', 'needs-you'],
  ['off', 'off']
])
