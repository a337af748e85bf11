import { toHex } from '@holdfast/core/base/bytes'
import { LIMITS } from '@holdfast/core/base/limits'
import { decodeRendezvousMessage, encodeRendezvousMessage } from '@holdfast/core/sync/rendezvous-messages'
import type { RendezvousMessage } from '@holdfast/core/sync/rendezvous-messages'
import type { Channel } from './channel.ts'
import { FRAME } from './frame.ts'
import type { Host } from './host.ts'
import { localChannels } from './local-channel.ts'
import { PAIR_PROTOCOL } from './protocols.ts'

export interface RendezvousOptions {
  readonly lifeMs?: number
  /** Pairings waited for or under way at once; the next one is refused. */
  readonly maxWaiting?: number
}

const NOTHING = new Uint8Array(0)
/** Frames one side may send in one pairing: the exchange has five. */
const FRAMES_PER_SIDE = 32
const DEFAULTS = { lifeMs: LIMITS.pairMinutes * 60_000, maxWaiting: 64 }

/**
 * Lets two devices that know one secret exchange opaque frames. Whoever forwards learns 32 bytes that say nothing, and
 * how many frames of which size there were. Each rendezvous takes one device of each side, once, for ten minutes.
 */
export class Rendezvous {
  private readonly meetings = new Map<string, Meeting>()
  private readonly options: Required<RendezvousOptions>

  static async listen(host: Host, options: RendezvousOptions = {}): Promise<Rendezvous> {
    const rendezvous = new Rendezvous(options)
    await host.handle(PAIR_PROTOCOL, (channel) => void rendezvous.serve(channel), { maxInboundStreams: 4 })
    return rendezvous
  }

  private constructor(options: RendezvousOptions) {
    this.options = { ...DEFAULTS, ...options }
  }

  /** A channel to this rendezvous for this process itself: a device that offers a pairing where it listens. */
  attendHere(): Channel {
    const [own, served] = localChannels()
    void this.serve(served)
    return own
  }

  /** Never rejects: whatever a stranger sends ends its own stream only. */
  private async serve(channel: Channel): Promise<void> {
    const timer = setTimeout(() => channel.abort(), this.options.lifeMs)
    timer.unref()
    try {
      const first = await read(channel)
      if (first?.kind === 'meet') await this.attend(channel, toHex(first.rendezvous), first.side)
    } catch {
      // A frame that is none, or a stream that broke: over.
    } finally {
      clearTimeout(timer)
      channel.abort()
    }
  }

  private async attend(channel: Channel, name: string, side: 'offers' | 'joins'): Promise<void> {
    const meeting = this.meetings.get(name) ?? { offers: undefined, joins: undefined, met: false }
    const isNew = !this.meetings.has(name)
    if (meeting[side] !== undefined || meeting.met || (isNew && this.meetings.size >= this.options.maxWaiting)) return
    meeting[side] = channel
    this.meetings.set(name, meeting)
    const otherSide = side === 'offers' ? 'joins' : 'offers'
    try {
      const other = meeting[otherSide]
      meeting.met = other !== undefined
      await say(channel, { kind: 'met', here: meeting.met })
      if (other !== undefined) await say(other, { kind: 'met', here: true })
      await this.forward(channel, () => meeting[otherSide])
    } finally {
      meeting[side] = undefined
      const other = meeting[otherSide]
      if (other === undefined) this.meetings.delete(name)
      else if (meeting.met) await say(other, { kind: 'left' }).catch(() => undefined)
    }
  }

  private async forward(from: Channel, other: () => Channel | undefined): Promise<void> {
    for (let sent = 0; sent < FRAMES_PER_SIDE; sent++) {
      const message = await read(from)
      const to = other()
      if (message?.kind !== 'frame' || to === undefined) return
      await say(to, message)
    }
  }
}

interface Meeting {
  offers: Channel | undefined
  joins: Channel | undefined
  /** Both were here: from now on nobody else gets in, also when one has left. */
  met: boolean
}

export async function read(channel: Channel): Promise<RendezvousMessage | null> {
  const frame = await channel.next()
  return frame === null ? null : decodeRendezvousMessage(frame.header)
}

export function say(channel: Channel, message: RendezvousMessage): Promise<void> {
  return channel.send({ kind: FRAME.message, id: 0, header: encodeRendezvousMessage(message), body: NOTHING })
}
