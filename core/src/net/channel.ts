import type { HoldfastError } from '../base/errors.ts'
import type { Time } from '../ports/time.ts'
import type { Frame, FrameLimits } from './frame.ts'
import type { Pace } from './pace.ts'

/** Frames both ways over one stream. One consumer reads, anybody sends. */
export interface Channel extends Time {
  /** Resolves when the stream has taken the frame and has room for more. Rejects TOO_LARGE or DISCONNECTED. */
  send(frame: Frame): Promise<void>
  /**
   * The next frame, or null when the other side ended properly. Rejects DISCONNECTED when the stream was lost, or with
   * what this side ended it for (TOO_LARGE, MALFORMED). Not asking stops the sender: see `ChannelOptions.queueBytes`.
   */
  next(): Promise<Frame | null>
  /** Sends what waits, then ends this side's half. The other half may go on; without progress it is cut. Never rejects. */
  close(): Promise<void>
  /** Ends both halves at once and drops what waits. */
  abort(reason?: HoldfastError): void
  /** Resolves, never rejects, when both halves have ended. */
  readonly closed: Promise<void>
  /** When bytes last moved on this channel, on its own clock. */
  readonly lastProgressMs: number
}

export interface ChannelOptions extends FrameLimits {
  /** Frames that nobody has asked for: from here on the sender is made to wait. */
  readonly queueBytes?: number
  /** Without progress for this long after `close()`, the other half is cut. */
  readonly lingerMs?: number
  /** While a frame trickles in, the sender is told this often that it does. */
  readonly keepAliveMs?: number
  readonly time?: Time
  /** As fast as the line allows without it. */
  readonly pace?: Pace | undefined
}
