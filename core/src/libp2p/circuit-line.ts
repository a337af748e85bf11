import { AbstractMultiaddrConnection } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { HoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { FRAME } from '../net/frame.ts'
import { peerIdOf } from './peer-id.ts'
import type { Channel } from '../net/channel.ts'
import type { Line } from '../net/host.ts'
import type { PeerKey } from '../net/peer-key.ts'
import type { Logger, MultiaddrConnection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { SendResult } from '@libp2p/utils'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Where a connection through a relay's circuit leads, for this side. */
export function circuitAddress({ relay, peer }: Pick<Line, 'relay' | 'peer'>): Multiaddr {
  return multiaddr(`/p2p/${peerIdOf(relay).toString()}/p2p-circuit/p2p/${peerIdOf(peer).toString()}`)
}

/** The line of a connection through a circuit: what libp2p writes goes into frames of the channel that leads through the relay. */
export function circuitLine(line: Line, direction: 'inbound' | 'outbound', log: Logger): MultiaddrConnection {
  return new CircuitLine(line.channel, circuitAddress(line), direction, log)
}

/** Written and not taken yet: from here on libp2p is asked to wait, and until it is down to half of that. */
const MOST_WAITING_BYTES = 256 * 1024
const NOTHING = new Uint8Array(0)

class CircuitLine extends AbstractMultiaddrConnection {
  private readonly channel: Channel
  private waitingBytes = 0
  private isOver = false
  private wake: () => void = () => undefined

  constructor(channel: Channel, remoteAddr: Multiaddr, direction: 'inbound' | 'outbound', log: Logger) {
    super({ remoteAddr, direction, log, inactivityTimeout: 2 ** 31 - 1 })
    this.channel = channel
    void channel.closed.then(() => {
      this.isOver = true
      this.wake()
    })
    void this.read()
  }

  sendData(data: Uint8ArrayList): SendResult {
    for (let at = 0; at < data.byteLength; at += LIMITS.circuitBodyBytes)
      void this.put(data.subarray(at, Math.min(data.byteLength, at + LIMITS.circuitBodyBytes)))
    return { sentBytes: data.byteLength, canSendMore: this.waitingBytes < MOST_WAITING_BYTES }
  }

  async sendClose(): Promise<void> {
    await this.channel.close()
  }

  sendReset(): void {
    this.channel.abort()
  }

  /** Nothing: who is paused takes no frame, and the channel lets the relay send no more than its queue holds. */
  sendPause(): void {}

  sendResume(): void {
    this.wake()
  }

  private async put(body: Uint8Array): Promise<void> {
    this.waitingBytes += body.length
    try {
      await this.channel.send({ kind: FRAME.message, id: 0, header: NOTHING, body })
    } catch (error) {
      this.abort(asError(error))
    }
    this.waitingBytes -= body.length
    if (this.writableNeedsDrain && this.waitingBytes <= MOST_WAITING_BYTES / 2) this.safeDispatchEvent('drain')
  }

  private async read(): Promise<void> {
    try {
      for (let frame = await this.channel.next(); frame !== null; frame = await this.channel.next()) {
        if (frame.kind !== FRAME.message || frame.header.length > 0) throw new HoldfastError('MALFORMED')
        this.onData(frame.body)
        while (this.readStatus === 'paused' && this.status === 'open' && !this.isOver)
          await new Promise<void>((resolve) => (this.wake = resolve))
      }
      this.onTransportClosed()
      void this.channel.close()
    } catch (error) {
      this.onTransportClosed(asError(error))
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new HoldfastError('DISCONNECTED')
}

/** The relay in an address of this kind; undefined for a direct one. */
export function relayIn(address: Multiaddr, keyOf: (text: string) => PeerKey | undefined): PeerKey | undefined {
  const parts = address.getComponents()
  if (!parts.some(({ name }) => name === 'p2p-circuit')) return undefined
  const first = parts.find(({ name }) => name === 'p2p')?.value
  return first === undefined ? undefined : keyOf(first)
}
