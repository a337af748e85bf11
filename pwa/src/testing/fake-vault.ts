import { HoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type {
  AddResult,
  AppState,
  Joining,
  NewDevice,
  NewFile,
  Recovered,
  Recovering,
  RecoveryKit,
  RunIo,
  StorageState,
  Transfers,
  VaultEvent,
  VaultWorker
} from '../bridge/vault-worker.ts'

/** What a fake says. Whatever is not given is empty, at once and without an error. */
export interface FakeKnobs {
  readonly state?: AppState
  /** By operation: its events, or the code it fails with. */
  readonly answers?: Readonly<Record<string, readonly VaultEvent[] | ErrorCode>>
  /** The passphrase that unlocks it. */
  readonly passphrase?: string
  readonly kit?: RecoveryKit
  /** What `join` ends with; undefined: it waits after the words until it is stopped. */
  readonly joinEnds?: ErrorCode | 'joined'
  readonly words?: readonly string[]
  readonly storage?: StorageState
  readonly persists?: boolean
  readonly transfers?: Transfers
  readonly contents?: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

const NO_TRANSFERS: Transfers = { paused: false, files: [], missingBlobs: 0, receivedBytes: 0, sentBytes: 0 }
const NO_STORAGE: StorageState = {
  persisted: undefined,
  usedBytes: undefined,
  quotaBytes: undefined,
  blobBytes: 0,
  droppableBytes: 0
}

/** A vault that only seems to be one, for tests of screens and the page where they are looked at. Its phases go as those of the real one; nothing is stored. */
export class FakeVault implements VaultWorker {
  state: AppState
  /** Every operation that was run, with its arguments. */
  readonly ran: { readonly operation: string; readonly args: unknown }[] = []
  readonly #knobs: FakeKnobs
  readonly #states = new Set<(state: AppState) => void>()
  readonly #changes = new Set<() => void>()

  constructor(knobs: FakeKnobs = {}) {
    this.#knobs = knobs
    this.state = knobs.state ?? { phase: 'empty' }
  }

  onState(listener: (state: AppState) => void): () => void {
    this.#states.add(listener)
    return () => this.#states.delete(listener)
  }

  onChange(listener: () => void): () => void {
    this.#changes.add(listener)
    return () => this.#changes.delete(listener)
  }

  /** As if something had arrived. */
  change(): void {
    for (const listener of this.#changes) listener()
  }

  async create({ name }: NewDevice): Promise<void> {
    this.#go({ phase: 'open', device: name, isKitPending: true })
  }

  async pendingKit(): Promise<RecoveryKit> {
    const words = Array.from({ length: 24 }, (_, at) => `word${at + 1}`)
    return this.#knobs.kit ?? { words, text: words.join(' ') }
  }

  async kitProved(): Promise<void> {
    const { isKitPending: _, ...state } = this.state
    this.#go(state)
  }

  async join({ onWords, newDevice }: Joining, signal?: AbortSignal): Promise<void> {
    const { joinEnds, words = ['one', 'two', 'three', 'four'] } = this.#knobs
    if (joinEnds === undefined || joinEnds === 'joined') onWords(words)
    if (joinEnds === undefined) await ended(signal)
    if (joinEnds !== undefined && joinEnds !== 'joined') throw new HoldfastError(joinEnds)
    const { name } = await newDevice()
    this.#go({ phase: 'open', device: name })
  }

  async consider(): Promise<void> {}

  async considerKit(): Promise<void> {}

  async recover({ name }: Recovering): Promise<Recovered> {
    this.#go({ phase: 'open', device: name })
    return { missing: [] }
  }

  async unlock(passphrase: string): Promise<void> {
    if (passphrase !== this.#knobs.passphrase) throw new HoldfastError('WRONG_PASSPHRASE')
    this.#go({ ...this.state, phase: 'open' })
  }

  async lock(): Promise<void> {
    this.#go({ ...this.state, phase: 'locked' })
  }

  async erase(): Promise<void> {
    this.#go({ phase: 'empty' })
  }

  async takeOver(): Promise<void> {
    this.#go({ ...this.state, phase: 'locked' })
  }

  visible(): void {}

  networkChanged(): void {}

  async run(operation: string, args: unknown, { onEvent, ask, signal }: RunIo = {}): Promise<readonly VaultEvent[]> {
    this.ran.push({ operation, args })
    const answer = this.#knobs.answers?.[operation] ?? []
    if (typeof answer === 'string') throw new HoldfastError(answer)
    for (const event of answer) onEvent?.(event)
    if (operation === 'pair') {
      const isCandidate = answer.some(({ type }) => type === 'candidate')
      if (!isCandidate) await ended(signal)
      else if ((await ask?.('')) !== true) throw new HoldfastError('PAIRING_DECLINED')
    }
    return answer
  }

  async add(files: readonly NewFile[]): Promise<AddResult> {
    return { files: files.length, bytes: files.reduce((sum, { file }) => sum + file.size, 0), failed: [] }
  }

  async read(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const content = this.#knobs.contents?.get(path)
    if (content === undefined) throw new HoldfastError('NOT_HERE')
    return content.slice(start, end)
  }

  async keep(): Promise<void> {}

  async kept(): Promise<readonly string[]> {
    return []
  }

  async transfers(): Promise<Transfers> {
    return this.#knobs.transfers ?? NO_TRANSFERS
  }

  async pause(): Promise<void> {}

  async storage(): Promise<StorageState> {
    return this.#knobs.storage ?? NO_STORAGE
  }

  async persist(): Promise<boolean> {
    return this.#knobs.persists ?? false
  }

  #go(state: AppState): void {
    this.state = state
    for (const listener of this.#states) listener(state)
  }
}

/** Rejects when the signal ends, and never before. */
function ended(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new HoldfastError('ABORTED')), { once: true })
  })
}
