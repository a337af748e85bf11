import type { BlobStore } from './blob-store.ts'
import type { KvStore } from './kv-store.ts'

/** The files of a home beside its stores: few, small, each written whole. */
export type HomeFile =
  /** Public settings of the home. No secret. */
  | 'home.json'
  /** The device's keys, sealed under the passphrase. */
  | 'keys.box'
  /** The key that opens them without a passphrase, only when asked for. */
  | 'unlock.key'
  /** Is there while a home is being made: what lies here then is nobody's, and may be made anew. */
  | 'unfinished'
  /** Is there while the contents of an account that came back by its words are still on their way. */
  | 'recovering'
  /** The beginnings of the account's and the personal vault: without them nobody could be asked for the rest. */
  | 'home.geneses'
  /** The recovery words, sealed to the device's keys, until somebody has proved to have kept them. */
  | 'kit.pending'
  /** A second copy of the home's state, which lies in the store: no secret. */
  | 'home.state'

/**
 * Where everything of one home lies.
 * Errors: those of the stores; IN_USE and HOME_DAMAGED by `openStores`.
 */
export interface HomePlace {
  /** Undefined where there is none. */
  read(file: HomeFile): Promise<Uint8Array | undefined>
  /** Durable when it resolves, whole or not at all. Nobody else on this machine may read it. */
  write(file: HomeFile, bytes: Uint8Array): Promise<void>
  /** Removing what is not there does nothing. */
  remove(file: HomeFile): Promise<void>
  /** Makes the place itself, where there is none. */
  make(): Promise<void>
  /** Logs, bookkeeping and ciphertext; whoever has them open is the only one. */
  openStores(options?: StoresOptions): Promise<HomeStores>
  clearStores(): Promise<void>
}

export interface StoresOptions {
  /** Open what is damaged too, with what can still be read of it. Default: no. */
  readonly salvage?: boolean
}

/** The stores of one home. Whoever holds them is the one process that may write anything in it. */
export interface HomeStores {
  readonly kv: KvStore
  readonly blobs: BlobStore
  /** Rows may be missing or old: to be made good by the caller, who then calls it. Until then no ordinary open succeeds. */
  readonly salvaged: (() => Promise<void>) | undefined
  close(): Promise<void>
}
