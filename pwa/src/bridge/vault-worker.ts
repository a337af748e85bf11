import type { ErrorCode } from '@holdfast/core/base/errors'

/**
 * All that a page may do with the vault: the one interface between page code and the worker that holds keys, logs and connections.
 * Everything that crosses it can be cloned; keys and ciphertext never do. `connect.ts` gives the real one.
 */
export interface VaultWorker {
  /** The last that was said; first `starting`. */
  readonly state: AppState
  /** Each returns what takes the listener away again. */
  onState(listener: (state: AppState) => void): () => void
  /** Something that is shown may be different now: at most four times a second. */
  onChange(listener: () => void): () => void

  /** A new account on this device. Its recovery kit is then `pendingKit`. Phase: empty -> open. */
  create(options: NewDevice): Promise<void>
  /** The kit of a vault made here, as often as it is asked for until it is proved to be kept. Throws NOT_FOUND. */
  pendingKit(): Promise<RecoveryKit>
  /** Somebody has typed words of it back: this device forgets them. */
  kitProved(): Promise<void>
  /**
   * Becomes a device of an existing account. Nothing is stored before the other device has let it in. Throws BAD_LINK, PAIRING_DECLINED,
   * PAIRING_EXPIRED, NO_PEER. Phase: empty or missing -> open.
   */
  join(options: Joining, signal?: AbortSignal): Promise<void>
  /** Whether somebody could pair with this invitation, before anything else is asked for. Throws BAD_LINK, BAD_WORDS, USAGE, NOT_FOR_BROWSERS. */
  consider(invitation: string): Promise<void>
  /** Whether it is a kit and says where to ask. Throws BAD_WORDS, UNSUPPORTED_VERSION, USAGE (no relay), NOT_FOR_BROWSERS. */
  considerKit(kit: GivenKit): Promise<void>
  /**
   * Brings an account back by its words, from what its relays keep, with this device as one of it. `missing`: mounted folders that no relay
   * had whole now. Throws NO_RECORD, WRONG_WORDS, NO_PEER, PEER_LIES, ROLLED_BACK (there was more: `acceptsLess` takes what is left).
   * Phase: empty or missing -> open.
   */
  recover(options: Recovering, signal?: AbortSignal): Promise<Recovered>
  /** Throws WRONG_PASSPHRASE. Phase: locked -> open. */
  unlock(passphrase: string): Promise<void>
  /** Forgets the keys; what ran is ended first. Phase: open -> locked. */
  lock(): Promise<void>
  /** Removes everything of this device from the browser, for good. Phase: any -> empty. */
  erase(): Promise<void>
  /** The page is seen again (or not): connections that died unseen are made anew. */
  visible(isVisible: boolean): void
  /** There is a network again, maybe another one: connections that stood before are taken for dead and made anew. */
  networkChanged(): void
  /** Asks the tab that has the vault open to close it; this one goes on when it has. Phase: elsewhere -> locked. */
  takeOver(): Promise<void>

  /**
   * Runs one of core/src/operations by its name (`ls`, `mkdir`, `mv`, `rm`, `restore`, `history`, `conflicts`, `status`, `devices`,
   * `devices revoke`, `pair`, `contact`, `share`, `invites`, `accept`, ...), the same that the command line runs; arguments and events
   * are those of docs/json.md. Resolves with all events when it is done; `onEvent` hears each as it comes. Rejects HoldfastError (code).
   */
  run(operation: string, args: unknown, io?: RunIo): Promise<readonly VaultEvent[]>

  /** Puts files in. A name that is taken by a file becomes a new version of it. Resolves when all is durable here. */
  add(files: readonly NewFile[], io?: TransferIo): Promise<AddResult>
  /**
   * Bytes `start` to `end` (exclusive) of the file at a path; fetched from others if they are not here. At most 2 MiB at once.
   * `version`: as `ls` told it; throws FILE_CHANGED when another one is there by now, so that pieces of two never become one.
   */
  read(
    path: string,
    start: number,
    end: number,
    signal?: AbortSignal,
    version?: string
  ): Promise<Uint8Array<ArrayBuffer>>
  /** Holds the bytes of a file or of all in a folder on this device, or stops to (never what is only here). */
  keep(path: string, isKept: boolean): Promise<void>
  /** The paths that are kept, each with all that is below it. */
  kept(): Promise<readonly string[]>
  /** What is being sent and brought now. */
  transfers(): Promise<Transfers>
  pause(isPaused: boolean): Promise<void>
  storage(): Promise<StorageState>
  /** Asks the browser not to clear this origin by itself. */
  persist(): Promise<boolean>
}

export type Phase =
  /** Until the worker has looked. */
  | 'starting'
  /** No vault in this browser. */
  | 'empty'
  /** A vault whose keys are asleep. */
  | 'locked'
  | 'open'
  /** There was a vault and the browser has cleared it: never shown as an empty one. */
  | 'missing'
  /** Another tab of this browser has it open. */
  | 'elsewhere'
  /** It cannot be opened: `code` says why. */
  | 'failed'

export interface AppState {
  readonly phase: Phase
  /** What this device calls itself; known from `locked` on, and in `missing` where the marker survived. */
  readonly device?: string
  /** Open, and nobody has proved to have kept the recovery kit: to be shown before anything else. */
  readonly isKitPending?: boolean
  readonly code?: ErrorCode
}

export interface NewDevice {
  /** What this device is called by the others. */
  readonly name: string
  readonly passphrase: string
}

export interface Joining {
  /** The pairing link, or the twelve words and the address typed under them. */
  readonly invitation: string
  /** What the other device is told that this one is called. */
  readonly name: string
  /** The words that both devices must show. */
  readonly onWords: (words: readonly string[]) => void
  /** Asked once the other device has let this one in. */
  readonly newDevice: () => Promise<NewDevice>
}

export interface RecoveryKit {
  /** 24. */
  readonly words: readonly string[]
  /** The kit as a text file. */
  readonly text: string
}

/** As a person gave it: the text of a kit, or the 24 words and lines of relays. */
export interface GivenKit {
  readonly text: string
  readonly relays: string
}

export interface Recovering extends NewDevice, GivenKit {
  readonly acceptsLess: boolean
}

export interface Recovered {
  readonly missing: readonly string[]
}

/** `{ type, ...fields }` as in docs/json.md. Paths are text that begins with `/`. Everything in it may be hostile text. */
export interface VaultEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface RunIo {
  readonly onEvent?: (event: VaultEvent) => void
  readonly onProgress?: (event: VaultEvent) => void
  /** Without it a question is answered no. */
  readonly ask?: (question: string) => Promise<boolean>
  readonly signal?: AbortSignal
}

export interface NewFile {
  /** Where to, from the root of the vault. */
  readonly path: string
  readonly file: Blob
  readonly modifiedMs: number
}

export interface TransferIo {
  readonly onProgress?: (done: { readonly files: number; readonly bytes: number; readonly path: string }) => void
  readonly signal?: AbortSignal
}

export interface AddResult {
  readonly files: number
  readonly bytes: number
  readonly failed: readonly { readonly path: string; readonly code: ErrorCode }[]
}

export interface Transfer {
  readonly path: string
  readonly direction: 'up' | 'down'
  readonly bytes: number
  readonly doneBytes: number
}

export interface Transfers {
  readonly paused: boolean
  /** Those that can be told by file, the running ones first; at most 100. */
  readonly files: readonly Transfer[]
  readonly missingBlobs: number
  /** Since this page was opened. */
  readonly receivedBytes: number
  readonly sentBytes: number
}

export interface StorageState {
  /** Undefined: the browser does not say. */
  readonly persisted: boolean | undefined
  readonly usedBytes: number | undefined
  readonly quotaBytes: number | undefined
  /** Ciphertext that lies here. */
  readonly blobBytes: number
  /** Of it, what may be dropped when room is needed: it is also with others. */
  readonly droppableBytes: number
}
