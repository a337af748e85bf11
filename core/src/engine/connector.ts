import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import type { Connection } from '../net/connection.ts'
import type { Host } from '../net/host.ts'
import { Backoff } from '../net/backoff.ts'
import type { Random } from '../ports/random.ts'
import type { Wait } from '../ports/wait.ts'
import { later } from './later.ts'

export interface Target {
  readonly peer: DeviceId
  readonly addresses: readonly string[]
}

/** The part of a host that connects. */
type Dials = Pick<Host, 'dial'>

export type Use = (connection: Connection) => Promise<{ readonly ended: Promise<void> }>

/** Keeps a connection to one peer: dials, hands it over, waits until it ends, dials again after a growing pause. */
export class Connector {
  readonly target: Target
  private readonly host: Dials
  private readonly wait: Wait
  /** Resolves when the connection is in use; `ended` when it has ended. */
  private readonly use: Use
  private readonly stopped = new AbortController()
  private readonly backoff: Backoff
  private readonly outcomes = new Set<(outcome: ErrorCode | 'connected') => void>()
  private wake: () => void = () => undefined
  private state: 'connecting' | 'connected' | 'waiting' = 'connecting'
  /** Why the last attempt failed. */
  lastError: ErrorCode | undefined
  /** For as long as the peer asked to be left alone, nobody's asking makes another attempt. */
  private askedToWaitMs = 0
  private readonly running: Promise<void>

  constructor(ports: { readonly host: Dials; readonly wait: Wait; readonly random: Random }, target: Target, use: Use) {
    this.host = ports.host
    this.wait = ports.wait
    this.backoff = new Backoff(ports.random)
    this.target = target
    this.use = use
    this.running = this.run()
  }

  get isConnected(): boolean {
    return this.state === 'connected'
  }

  /** The outcome of the attempt under way, or of a new one made now. */
  attempt(): Promise<ErrorCode | 'connected'> {
    if (this.state === 'connected') return Promise.resolve('connected')
    if (this.stopped.signal.aborted) return Promise.resolve('NO_PEER')
    if (this.state === 'waiting' && this.askedToWaitMs > 0) return Promise.resolve('RATE_LIMITED')
    return new Promise((resolve) => {
      this.outcomes.add(resolve)
      this.wake()
    })
  }

  async stop(): Promise<void> {
    this.stopped.abort()
    this.wake()
    this.tell('NO_PEER')
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await this.once()
      if (this.stopped.signal.aborted) break
      this.state = 'waiting'
      // Somebody asked while the last attempt was ending: do not make them wait for the pause.
      const backoffMs = this.backoff.next()
      if (this.askedToWaitMs > 0) this.tell('RATE_LIMITED')
      if (this.outcomes.size === 0) await this.pause(Math.max(this.askedToWaitMs, backoffMs))
    }
  }

  private async once(): Promise<void> {
    this.state = 'connecting'
    this.askedToWaitMs = 0
    try {
      const { peer, addresses } = this.target
      const connection = await this.host.dial(
        { peerKey: peer, addresses: [...addresses] },
        { signal: this.stopped.signal }
      )
      const { ended } = await this.use(connection)
      this.state = 'connected'
      this.lastError = undefined
      this.backoff.reset()
      this.tell('connected')
      await ended
      await connection.close()
    } catch (error) {
      this.lastError = isHoldfastError(error) ? error.code : 'PEER_FAILED'
      this.askedToWaitMs = (isHoldfastError(error) && error.waitMs) || 0
      this.tell(this.lastError)
    }
  }

  private tell(outcome: ErrorCode | 'connected'): void {
    const waiting = [...this.outcomes]
    this.outcomes.clear()
    for (const resolve of waiting) resolve(outcome)
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = later(this.wait, ms, resolve)
      this.wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

/** Dials one of several targets, the first that answers. Throws NO_PEER when none does. */
export async function dialFirst(host: Host, targets: readonly AnyTarget[], signal?: AbortSignal): Promise<Connection> {
  for (const { peer, addresses } of targets) {
    const whom = peer === undefined ? {} : { peerKey: peer }
    try {
      return await host.dial({ ...whom, addresses: [...addresses] }, signal === undefined ? {} : { signal })
    } catch (error) {
      if (signal?.aborted) throw error
    }
  }
  throw new HoldfastError('NO_PEER')
}

/** A target of which perhaps only the address is known. */
type AnyTarget = Pick<Target, 'addresses'> & Partial<Pick<Target, 'peer'>>
