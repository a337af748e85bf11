import { HoldfastError } from '@holdfast/core/base/errors'
import { servePeerConnections } from '../net/page-rtc.ts'
import { Client } from './client.ts'
import type { CallIo } from './client.ts'
import { readMarker, writeMarker } from './marker.ts'
import type { Calls, Method } from './messages.ts'
import { Turn } from './turn.ts'
import type { AppState, RunIo, TransferIo, VaultEvent, VaultWorker } from './vault-worker.ts'
import { wireOf } from './wire.ts'

/** The one of this page. */
export function connect(): VaultWorker {
  return new Connection()
}

/** How long a vault that another tab asks for may take to be closed, before its worker is ended as it is. */
const CLOSING_MS = 3000

/** A worker for as long as it is this tab's turn, and a new one when it has died. */
class Connection implements VaultWorker {
  state: AppState = { phase: 'starting' }
  readonly #onState = new Set<(state: AppState) => void>()
  readonly #onChange = new Set<() => void>()
  readonly #turn: Turn
  #running: Running | undefined

  constructor() {
    this.#turn = new Turn({
      onMine: () => this.#start(),
      onElsewhere: () => this.#say({ phase: 'elsewhere' }),
      isUsed: () => this.state.phase === 'open',
      onAsked: () => this.#stop()
    })
  }

  onState(listener: (state: AppState) => void): () => void {
    this.#onState.add(listener)
    return () => this.#onState.delete(listener)
  }

  onChange(listener: () => void): () => void {
    this.#onChange.add(listener)
    return () => this.#onChange.delete(listener)
  }

  create(options: Parameters<VaultWorker['create']>[0]): ReturnType<VaultWorker['create']> {
    return this.#call('create', { name: options.name, passphrase: options.passphrase })
  }

  pendingKit(): ReturnType<VaultWorker['pendingKit']> {
    return this.#call('pendingKit', null)
  }

  kitProved(): Promise<void> {
    return this.#call('kitProved', null)
  }

  join(
    { name, invitation, onWords, newDevice }: Parameters<VaultWorker['join']>[0],
    signal?: AbortSignal
  ): Promise<void> {
    return this.#call('join', { name, invitation }, { onWords, newDevice, signal })
  }

  consider(invitation: string): Promise<void> {
    return this.#call('consider', { invitation })
  }

  considerKit({ text, relays }: Parameters<VaultWorker['considerKit']>[0]): Promise<void> {
    return this.#call('considerKit', { text, relays })
  }

  recover(options: Calls['recover']['args'], signal?: AbortSignal): ReturnType<VaultWorker['recover']> {
    return this.#call('recover', options, { signal })
  }

  unlock(passphrase: string): Promise<void> {
    return this.#call('unlock', { passphrase })
  }

  lock(): Promise<void> {
    return this.#call('lock', null)
  }

  erase(): Promise<void> {
    return this.#call('erase', null)
  }

  visible(isVisible: boolean): void {
    this.#running?.client.post({ kind: 'visible', isVisible })
  }

  networkChanged(): void {
    this.#running?.client.post({ kind: 'network' })
  }

  async takeOver(): Promise<void> {
    this.#turn.ask()
  }

  async run(operation: string, args: unknown, io: RunIo = {}): Promise<readonly VaultEvent[]> {
    const { ask, signal, onProgress } = io
    const events: VaultEvent[] = []
    const onEvent = (event: VaultEvent): void => {
      events.push(event)
      io.onEvent?.(event)
    }
    await this.#call('run', { operation, args, asks: ask !== undefined }, { ask, signal, onProgress, onEvent })
    return events
  }

  add(files: Calls['add']['args']['files'], { onProgress, signal }: TransferIo = {}): ReturnType<VaultWorker['add']> {
    const tell = ({ files: done, bytes, path }: VaultEvent): void =>
      onProgress?.({ files: Number(done), bytes: Number(bytes), path: String(path) })
    return this.#call('add', { files }, { onProgress: tell, signal })
  }

  read(
    path: string,
    start: number,
    end: number,
    signal?: AbortSignal,
    version?: string
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call('read', { path, start, end, ...(version === undefined ? {} : { version }) }, { signal })
  }

  keep(path: string, isKept: boolean): Promise<void> {
    return this.#call('keep', { path, isKept })
  }

  kept(): Promise<readonly string[]> {
    return this.#call('kept', null)
  }

  transfers(): ReturnType<VaultWorker['transfers']> {
    return this.#call('transfers', null)
  }

  pause(isPaused: boolean): Promise<void> {
    return this.#call('pause', { isPaused })
  }

  storage(): ReturnType<VaultWorker['storage']> {
    return this.#call('storage', null)
  }

  async persist(): Promise<boolean> {
    return (await navigator.storage?.persist?.()) ?? false
  }

  #call<M extends Method>(method: M, args: Calls[M]['args'], io?: CallIo): Promise<Calls[M]['value']> {
    if (this.#running !== undefined) return this.#running.client.call(method, args, io)
    return Promise.reject(new HoldfastError(this.state.phase === 'elsewhere' ? 'IN_USE' : 'LOCKED'))
  }

  #start(): void {
    this.#say({ phase: 'starting' })
    const running = begin({
      onState: (state) => this.#say(state),
      onChange: () => this.#changed(),
      onMark: writeMarker,
      onFailed: () => this.#say({ phase: 'failed', code: 'INTERNAL' }),
      onDeath: () => this.#died(running)
    })
    this.#running = running
  }

  async #stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running === undefined) return
    const closing = running.client.call('lock', null).catch(() => undefined)
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, CLOSING_MS))])
    running.end()
  }

  /** Phones end workers that take too much. What was acknowledged is durable, and the keys are gone: it is locked now. */
  #died(running: Running): void {
    if (this.#running !== running) return
    running.end()
    this.#running = undefined
    this.#start()
  }

  #say(state: AppState): void {
    this.state = state
    for (const listener of [...this.#onState]) listener(state)
  }

  #changed(): void {
    for (const listener of [...this.#onChange]) listener()
  }
}

interface Running {
  readonly client: Client
  end(): void
}

interface Happenings {
  onState(state: AppState): void
  onChange(): void
  onMark: typeof writeMarker
  /** It never came to life. */
  onFailed(): void
  /** The browser has ended it. */
  onDeath(): void
}

function begin(on: Happenings): Running {
  const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'holdfast' })
  const death = `holdfast/worker/${crypto.randomUUID()}`
  const rtc = new MessageChannel()
  const stopServing = servePeerConnections(rtc.port1)
  let lives = false
  let isEnded = false
  const client = new Client(wireOf(worker), {
    onState(state) {
      if (!lives) void navigator.locks.request(death, () => (isEnded ? undefined : on.onDeath()))
      lives = true
      on.onState(state)
    },
    onChange: on.onChange,
    onMark: on.onMark
  })
  worker.onerror = () => {
    if (lives || isEnded) return
    client.end('INTERNAL')
    on.onFailed()
  }
  client.post({ kind: 'start', marker: readMarker(), death, rtc: rtc.port2 }, [rtc.port2])
  return {
    client,
    end() {
      isEnded = true
      client.end('DISCONNECTED')
      stopServing()
      rtc.port1.close()
      worker.terminate()
    }
  }
}
