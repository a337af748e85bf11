import { HoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { Channel } from '@holdfast/core/net/channel'
import { CIRCUIT_CHANNEL, readCircuit, sayCircuit } from '@holdfast/core/net/circuits'
import type { Connection } from '@holdfast/core/net/connection'
import { FRAME } from '@holdfast/core/net/frame'
import type { Host } from '@holdfast/core/net/host'
import { CIRCUIT_PROTOCOL } from '@holdfast/core/net/protocols'
import { encodeRefusal } from '@holdfast/core/net/wire-errors'
import type { Clock } from '@holdfast/core/ports/clock'
import { RateLimit } from '../accounts/rate-limit.ts'

export interface CircuitDeskOptions {
  readonly host: Pick<Host, 'connections' | 'handle'>
  readonly clock: Clock
  /** Whom a device may meet: who is now a device of a member of a vault that is hosted here, and so is it. */
  readonly mayMeet: (device: DeviceId) => (other: DeviceId) => boolean
}

interface Circuit {
  readonly caller: DeviceId
  readonly called: DeviceId
  readonly ends: readonly [Channel, Channel]
}

/** Called devices answer within this. */
const ANSWER_MS = 8_000
/** What who finds no room is told to wait. */
const BUSY_WAIT_MS = 30_000
const NOTHING = new Uint8Array(0)
/** Questions of one device: it asks when it comes and when somebody has left it, and calls each it may meet. */
const QUESTIONS = { burst: 2 * LIMITS.circuitDevices, perSecond: 1 }

/**
 * Leads devices of one vault to each other that cannot dial one another. It passes on frames that it cannot read, as fast as the
 * slower side takes them; who shares no vault with the one called hears the same as if that one were not here.
 */
export class CircuitDesk {
  private readonly o: CircuitDeskOptions
  private readonly open = new Set<Circuit>()
  /** Calls that are not answered yet count, too. */
  private readonly load = new Map<DeviceId, number>()
  private total = 0
  private readonly questions: RateLimit

  static async listen(options: CircuitDeskOptions): Promise<CircuitDesk> {
    const desk = new CircuitDesk(options)
    await options.host.handle(CIRCUIT_PROTOCOL, (channel, peer) => void desk.serve(channel, peer), {
      maxInboundStreams: LIMITS.circuitsPerDevice + 2,
      ...CIRCUIT_CHANNEL
    })
    return desk
  }

  private constructor(options: CircuitDeskOptions) {
    this.o = options
    this.questions = new RateLimit({ clock: options.clock, ...QUESTIONS })
  }

  get count(): number {
    return this.open.size
  }

  /** Membership has changed: circuits between those who share nothing any more end. */
  review(): void {
    for (const { caller, called, ends } of this.open)
      if (!this.o.mayMeet(caller)(called)) for (const end of ends) end.abort()
  }

  /** Never rejects. */
  private async serve(channel: Channel, peer: DeviceId): Promise<void> {
    const cancel = channel.later(2 * ANSWER_MS, () => channel.abort())
    try {
      const question = await readCircuit(channel)
      this.questions.take(peer)
      if (question?.kind === 'who') {
        await sayCircuit(channel, { kind: 'here', devices: this.hereFor(peer) })
        await channel.close()
      } else if (question?.kind === 'connect') await this.connect(channel, peer, question.device, cancel)
      else throw new HoldfastError('REFUSED')
    } catch (error) {
      await turnAway(channel, error)
    } finally {
      cancel()
    }
  }

  /** Who is connected, and may meet this one. */
  private hereFor(peer: DeviceId): DeviceId[] {
    const here = new Set(this.o.host.connections().map(({ peerKey }) => peerKey))
    here.delete(peer)
    return [...here].filter(this.o.mayMeet(peer)).slice(0, LIMITS.circuitDevices)
  }

  private async connect(from: Channel, caller: DeviceId, called: DeviceId, established: () => void): Promise<void> {
    const line = this.o.host.connections().find(({ peerKey }) => peerKey === called)
    if (line === undefined || caller === called || !this.o.mayMeet(caller)(called)) throw new HoldfastError('REFUSED')
    const release = this.takeRoom(caller, called)
    try {
      const to = await this.call(line, caller)
      try {
        await sayCircuit(from, { kind: 'open' })
        established()
        await this.carry({ caller, called, ends: [from, to] })
      } finally {
        to.abort() // whoever called is gone: nothing that counts no more stays open
      }
    } finally {
      release()
    }
  }

  /** Rejects REFUSED when the one called does not want it, or does not answer. */
  private async call(line: Connection, caller: DeviceId): Promise<Channel> {
    const to = await line.open(CIRCUIT_PROTOCOL, { timeoutMs: ANSWER_MS, ...CIRCUIT_CHANNEL }).catch(() => undefined)
    if (to === undefined) throw new HoldfastError('REFUSED')
    const cancel = to.later(ANSWER_MS, () => to.abort())
    try {
      await sayCircuit(to, { kind: 'incoming', device: caller })
      if ((await readCircuit(to))?.kind === 'open') return to
    } catch {
      // Gone, or it said no: the same for the caller.
    } finally {
      cancel()
    }
    to.abort()
    throw new HoldfastError('REFUSED')
  }

  /** Until either end is gone. */
  private async carry(circuit: Circuit): Promise<void> {
    const [a, b] = circuit.ends
    this.open.add(circuit)
    this.review()
    await Promise.all([passOn(a, b), passOn(b, a)])
    this.open.delete(circuit)
  }

  private takeRoom(...devices: readonly DeviceId[]): () => void {
    const isFull = devices.some((device) => (this.load.get(device) ?? 0) >= LIMITS.circuitsPerDevice)
    if (isFull || this.total >= LIMITS.circuits)
      throw new HoldfastError('RATE_LIMITED', undefined, { waitMs: BUSY_WAIT_MS })
    this.addLoad(devices, 1)
    return () => this.addLoad(devices, -1)
  }

  private addLoad(devices: readonly DeviceId[], by: number): void {
    this.total += by
    for (const device of devices) {
      const load = (this.load.get(device) ?? 0) + by
      if (load === 0) this.load.delete(device)
      else this.load.set(device, load)
    }
  }
}

/** The next frame is asked for when the other side has taken this one: that is the brake. */
async function passOn(from: Channel, to: Channel): Promise<void> {
  try {
    for (let frame = await from.next(); frame !== null; frame = await from.next()) {
      if (frame.kind !== FRAME.message || frame.header.length > 0) throw new HoldfastError('MALFORMED')
      await to.send({ kind: FRAME.message, id: 0, header: NOTHING, body: frame.body })
    }
    await to.close()
    await to.closed
  } catch {
    from.abort()
    to.abort()
  }
}

/** Ends the stream, and says why. Never rejects. */
async function turnAway(channel: Channel, error: unknown): Promise<void> {
  await channel.send({ kind: FRAME.refusal, id: 0, header: encodeRefusal(error), body: NOTHING }).catch(() => undefined)
  await channel.close()
}
