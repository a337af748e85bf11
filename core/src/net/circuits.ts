import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { decodeCircuitMessage, encodeCircuitMessage } from '../sync/wire/circuit-messages.ts'
import type { CircuitMessage } from '../sync/wire/circuit-messages.ts'
import type { Channel } from './channel.ts'
import type { Connection } from './connection.ts'
import { FRAME } from './frame.ts'
import type { DialOptions, Host, Line } from './host.ts'
import type { PeerKey } from './peer-key.ts'
import { CIRCUIT_PROTOCOL } from './protocols.ts'
import { decodeRefusal } from './wire-errors.ts'

export interface CircuitOptions {
  /** Whether somebody may come through this relay; asked again for its key once Noise has proved it. */
  readonly accepts: (relay: PeerKey, peer: PeerKey) => boolean
}

/** No limits of speed on the outer stream: those of the connection inside it count each byte already. */
export const CIRCUIT_CHANNEL = { queueBytes: LIMITS.circuitQueueBytes, pace: undefined }
const NOTHING = new Uint8Array(0)
/** For all that is said before bytes go through. */
const OPEN_TIMEOUT_MS = 10_000

/**
 * A device's side of circuits: it is reachable through every relay that it is connected to and accepts, and reaches
 * others through them. A relay passes on what it cannot read; who is at the other end is proved to this side, not told.
 */
export class Circuits {
  private readonly host: Host
  private readonly accepts: CircuitOptions['accepts']
  /** A relay and whom it says it brings. */
  private readonly answering = new Set<string>()

  static async listen(host: Host, { accepts }: CircuitOptions): Promise<Circuits> {
    const circuits = new Circuits(host, accepts)
    await host.handle(CIRCUIT_PROTOCOL, (channel, relay) => void circuits.answer(channel, relay), {
      maxInboundStreams: LIMITS.circuitsPerDevice,
      ...CIRCUIT_CHANNEL
    })
    return circuits
  }

  private constructor(host: Host, accepts: CircuitOptions['accepts']) {
    this.host = host
    this.accepts = accepts
  }

  /** Devices that this relay says are with it, of those it would lead to. Rejects REFUSED where there are no circuits. */
  async whoIsHere(relay: Connection): Promise<readonly PeerKey[]> {
    const channel = await relay.open(CIRCUIT_PROTOCOL, CIRCUIT_CHANNEL)
    try {
      const answer = await exchange(channel, { kind: 'who' })
      if (answer.kind !== 'here') throw new HoldfastError('MALFORMED')
      return answer.devices
    } finally {
      void channel.close()
    }
  }

  /** Rejects REFUSED (not there, or not for us), RATE_LIMITED, and what `Host.dialOver` does. */
  async dial(relay: Connection, peer: PeerKey, options: DialOptions = {}): Promise<Connection> {
    const channel = await relay.open(CIRCUIT_PROTOCOL, { ...CIRCUIT_CHANNEL, ...signalOf(options) })
    const stop = abortWith(channel, options.signal)
    try {
      const answer = await exchange(channel, { kind: 'connect', device: peer })
      if (answer.kind !== 'open') throw new HoldfastError('MALFORMED')
    } catch (error) {
      channel.abort()
      throw options.signal?.aborted === true ? new HoldfastError('ABORTED') : error
    } finally {
      stop()
    }
    return this.host.dialOver({ channel, relay: relay.peerKey, peer }, options)
  }

  /** Never rejects: whatever a relay sends ends its own stream only. */
  private async answer(channel: Channel, relay: PeerKey): Promise<void> {
    const cancel = channel.later(OPEN_TIMEOUT_MS, () => channel.abort())
    try {
      const message = await readCircuit(channel)
      if (message?.kind !== 'incoming' || !this.isFree(relay, message.device) || !this.accepts(relay, message.device))
        throw new HoldfastError('REFUSED')
      await this.answerOne({ channel, relay, peer: message.device }, cancel)
    } catch {
      cancel()
      channel.abort()
    }
  }

  private async answerOne(line: Line, begun: () => void): Promise<void> {
    const name = nameOf(line.relay, line.peer)
    this.answering.add(name)
    try {
      await sayCircuit(line.channel, { kind: 'open' })
      begun()
      await this.host.answerOver(line)
    } finally {
      this.answering.delete(name)
    }
  }

  /** Whoever is met through a relay already is not met so once more: a relay gives a device few circuits, and one member could take them all. */
  private isFree(relay: PeerKey, peer: PeerKey): boolean {
    const isMet = this.host.connections().some(({ peerKey, through }) => peerKey === peer && through !== undefined)
    return !isMet && !this.answering.has(nameOf(relay, peer))
  }
}

/** Until its key is proved, what one relay says of a device is nothing to those who bring it in truth. */
function nameOf(relay: PeerKey, peer: PeerKey): string {
  return `${relay} ${peer}`
}

/** One question and its answer. Rejects with what the relay refused it with, TIMEOUT, MALFORMED, DISCONNECTED. */
async function exchange(channel: Channel, question: CircuitMessage): Promise<CircuitMessage> {
  let late = false
  const cancel = channel.later(OPEN_TIMEOUT_MS, () => {
    late = true
    channel.abort()
  })
  try {
    await sayCircuit(channel, question)
    const answer = await readCircuit(channel)
    if (answer === null) throw new HoldfastError('DISCONNECTED')
    return answer
  } catch (error) {
    if (late) throw new HoldfastError('TIMEOUT')
    throw isHoldfastError(error) ? error : new HoldfastError('MALFORMED')
  } finally {
    cancel()
  }
}

export async function readCircuit(channel: Channel): Promise<CircuitMessage | null> {
  const frame = await channel.next()
  if (frame?.kind === FRAME.refusal) throw decodeRefusal(frame.header)
  if (frame !== null && (frame.kind !== FRAME.message || frame.body.length > 0)) throw new HoldfastError('MALFORMED')
  return frame === null ? null : decodeCircuitMessage(frame.header)
}

export function sayCircuit(channel: Channel, message: CircuitMessage): Promise<void> {
  return channel.send({ kind: FRAME.message, id: 0, header: encodeCircuitMessage(message), body: NOTHING })
}

function signalOf({ signal }: DialOptions): Pick<DialOptions, 'signal'> {
  return signal === undefined ? {} : { signal }
}

function abortWith(channel: Channel, signal: AbortSignal | undefined): () => void {
  const abort = (): void => channel.abort(new HoldfastError('ABORTED'))
  signal?.addEventListener('abort', abort, { once: true })
  return () => signal?.removeEventListener('abort', abort)
}
