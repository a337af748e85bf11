import { toHex } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { decodeRendezvousMessage, encodeRendezvousMessage } from '../sync/wire/rendezvous-messages.ts'
import type { RendezvousMessage } from '../sync/wire/rendezvous-messages.ts'
import type { Time } from '../ports/time.ts'
import type { Channel } from './channel.ts'
import { FRAME } from './frame.ts'
import type { Host, ProtocolHandler } from './host.ts'
import { localChannels } from './local-channel.ts'
import { MeetingPlaces } from './meeting-places.ts'
import type { Guest, Meeting, PlaceLimits } from './meeting-places.ts'
import type { PeerKey } from './peer-key.ts'
import { PAIR_PROTOCOL } from './protocols.ts'
import { remoteHostOf } from './remote-host.ts'
import { decodeRefusal, encodeRefusal } from './wire-errors.ts'

export interface RendezvousOptions extends Partial<PlaceLimits> {
  readonly lifeMs?: number
  /** Members: they come first. Nobody without it. */
  readonly isKnown?: (peer: PeerKey) => boolean
}

const NOTHING = new Uint8Array(0)
/** Frames one side may send in one pairing: the exchange has five. */
const FRAMES_PER_SIDE = 32
const DEFAULTS = {
  lifeMs: LIMITS.pairMinutes * 60_000,
  isKnown: (): boolean => false,
  maxWaiting: 64,
  maxPerPeer: 4,
  maxPerHost: 8
}
/** What who finds no place is told to wait. */
const BUSY_WAIT_MS = 15_000

/**
 * Lets two devices that know one secret exchange opaque frames. Whoever forwards learns 32 bytes that say nothing, and
 * how many frames of which size there were. Each rendezvous takes one device of each side, once, for ten minutes. Who
 * finds no place hears RATE_LIMITED.
 */
export class Rendezvous {
  private readonly time: Time
  private readonly places: MeetingPlaces
  private readonly options: Required<RendezvousOptions>

  static async listen(host: Host, options: RendezvousOptions = {}): Promise<Rendezvous> {
    const rendezvous = new Rendezvous(host.time, options)
    const { isKnown } = rendezvous.options
    const onChannel: ProtocolHandler = (channel, peer, remoteAddress) =>
      void rendezvous.serve({ channel, peer, host: remoteHostOf(remoteAddress), known: isKnown(peer) })
    await host.handle(PAIR_PROTOCOL, onChannel, { maxInboundStreams: 4 })
    return rendezvous
  }

  private constructor(time: Time, options: RendezvousOptions) {
    this.time = time
    this.options = { ...DEFAULTS, ...options }
    this.places = new MeetingPlaces(this.options)
  }

  /** A channel to this rendezvous for this process itself: a device that offers a pairing where it listens. */
  attendHere(): Channel {
    const [own, served] = localChannels(this.time)
    void this.serve({ channel: served, peer: '', host: '', known: true })
    return own
  }

  /** Never rejects: whatever a stranger sends ends its own stream only. */
  private async serve(guest: Guest): Promise<void> {
    const { channel } = guest
    const cancel = channel.later(this.options.lifeMs, () => channel.abort())
    try {
      const first = await read(channel)
      if (first?.kind === 'meet') await this.attend(guest, toHex(first.rendezvous), first.side)
    } catch {
      // A frame that is none, or a stream that broke: over.
    } finally {
      cancel()
      channel.abort()
    }
  }

  private async attend(guest: Guest, name: string, side: 'offers' | 'joins'): Promise<void> {
    const meeting = this.places.get(name) ?? this.begin(name, guest)
    if (meeting === undefined) return turnAway(guest)
    if (meeting[side] !== undefined || meeting.met) return
    meeting[side] = guest
    const otherSide = side === 'offers' ? 'joins' : 'offers'
    try {
      const other = meeting[otherSide]
      meeting.met = other !== undefined
      await say(guest.channel, { kind: 'met', here: meeting.met })
      if (other !== undefined) await say(other.channel, { kind: 'met', here: true })
      await this.forward(guest.channel, () => meeting[otherSide]?.channel)
    } finally {
      meeting[side] = undefined
      const other = meeting[otherSide]
      // Whoever knows the name can spoil a meeting, which is then over, so that the two it was for can meet again.
      if (other === undefined || meeting.met) this.places.delete(meeting)
      if (other !== undefined && meeting.met) {
        await say(other.channel, { kind: 'left' }).catch(() => undefined)
        void other.channel.close()
      }
    }
  }

  private begin(name: string, guest: Guest): Meeting | undefined {
    const begun = this.places.begin(name, guest)
    for (const left of [begun?.gone?.offers, begun?.gone?.joins]) if (left !== undefined) void turnAway(left)
    return begun?.meeting
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

/** Ends the stream, and says why. Never rejects. */
async function turnAway({ channel }: Guest): Promise<void> {
  const refusal = new HoldfastError('RATE_LIMITED', undefined, { waitMs: BUSY_WAIT_MS })
  await channel
    .send({ kind: FRAME.refusal, id: 0, header: encodeRefusal(refusal), body: NOTHING })
    .catch(() => undefined)
  // Not cut off, so that it arrives; the channel itself sees to it that this does not last.
  await channel.close()
  await channel.closed
}

/** Throws what the other end refused it with (RATE_LIMITED), DISCONNECTED, MALFORMED. */
export async function read(channel: Channel): Promise<RendezvousMessage | null> {
  const frame = await channel.next()
  if (frame?.kind === FRAME.refusal) throw decodeRefusal(frame.header)
  return frame === null ? null : decodeRendezvousMessage(frame.header)
}

export function say(channel: Channel, message: RendezvousMessage): Promise<void> {
  return channel.send({ kind: FRAME.message, id: 0, header: encodeRendezvousMessage(message), body: NOTHING })
}
