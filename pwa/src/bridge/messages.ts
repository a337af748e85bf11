import type { ErrorCode } from '@holdfast/core/base/errors'
import type {
  AddResult,
  AppState,
  GivenKit,
  NewDevice,
  NewFile,
  Recovered,
  Recovering,
  StorageState,
  Transfers,
  RecoveryKit,
  VaultEvent
} from './vault-worker.ts'

/** What a page and its worker say to each other. Both sides are of one build; what does not fit is a mistake, and is refused. */
export type ToWorker =
  /** First. `death`: a Web Lock the worker holds for as long as it lives. `rtc`: where the page makes RTCPeerConnections for it. */
  | { readonly kind: 'start'; readonly marker: Marker | undefined; readonly death: string; readonly rtc: MessagePort }
  | ({ readonly kind: 'call'; readonly id: number } & AnyCall)
  | { readonly kind: 'cancel'; readonly id: number }
  /** So many batches of events of a call have been heard. */
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly question: number; readonly isYes: boolean }
  | { readonly kind: 'device'; readonly id: number; readonly device: NewDevice }
  | { readonly kind: 'visible'; readonly isVisible: boolean }
  | { readonly kind: 'network' }

export type ToPage =
  | { readonly kind: 'state'; readonly state: AppState }
  | { readonly kind: 'changed' }
  /** To be kept where the browser clears last; `null` forgets. */
  | { readonly kind: 'mark'; readonly marker: Marker | null }
  | { readonly kind: 'events'; readonly id: number; readonly events: readonly VaultEvent[] }
  | { readonly kind: 'progress'; readonly id: number; readonly event: VaultEvent }
  | { readonly kind: 'words'; readonly id: number; readonly words: readonly string[] }
  /** This device was let in: what is it called, and what seals its keys? */
  | { readonly kind: 'let in'; readonly id: number }
  | { readonly kind: 'ask'; readonly id: number; readonly question: number; readonly text: string }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly code: ErrorCode }

/** Says that there was a vault in this browser, and nothing else about it. */
export interface Marker {
  readonly device: string
}

/** Arguments and result of each call. */
export interface Calls {
  create: { args: NewDevice; value: void }
  pendingKit: { args: null; value: RecoveryKit }
  kitProved: { args: null; value: void }
  join: { args: { readonly name: string; readonly invitation: string }; value: void }
  consider: { args: { readonly invitation: string }; value: void }
  considerKit: { args: GivenKit; value: void }
  recover: { args: Recovering; value: Recovered }
  unlock: { args: { readonly passphrase: string }; value: void }
  lock: { args: null; value: void }
  erase: { args: null; value: void }
  run: { args: { readonly operation: string; readonly args: unknown; readonly asks: boolean }; value: void }
  add: { args: { readonly files: readonly NewFile[] }; value: AddResult }
  read: {
    args: { readonly path: string; readonly start: number; readonly end: number; readonly version?: string }
    value: Uint8Array<ArrayBuffer>
  }
  keep: { args: { readonly path: string; readonly isKept: boolean }; value: void }
  kept: { args: null; value: readonly string[] }
  transfers: { args: null; value: Transfers }
  pause: { args: { readonly isPaused: boolean }; value: void }
  storage: { args: null; value: StorageState }
}

export type Method = keyof Calls
export type AnyCall = { [M in Method]: { readonly method: M; readonly args: Calls[M]['args'] } }[Method]

/** Events a worker may be ahead of the page: in batches, each heard before the next but some is made. */
export const EVENTS_PER_BATCH = 256
export const BATCHES_AHEAD = 8
/** Bytes of one answer to `read`. */
export const READ_BYTES = 2 * 1024 * 1024
