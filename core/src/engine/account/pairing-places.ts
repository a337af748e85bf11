import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { MeetingPipe } from '../../net/meet.ts'
import type { Wait } from '../../ports/wait.ts'
import { later } from '../later.ts'

/** Goes to one meeting place and resolves when the other device is there, as that place says. */
export type PairingPlace = (signal: AbortSignal) => Promise<MeetingPipe>

/** One pairing over one pipe. To wait for `claim` as soon as a frame of the other device was opened, before anybody is shown anything. */
export type PairingExchange<T> = (pipe: MeetingPipe, claim: () => Promise<void>) => Promise<T>

export interface PairAtOptions {
  readonly wait: Wait
  readonly signal?: AbortSignal
  /** The other device says its first word by itself: who says nothing for so long is not it. */
  readonly firstFrameMs?: number
  /** Asked when a pairing broke: true when it went so far that no other one may follow. */
  readonly isFinal?: () => boolean
}

/**
 * Waits at all places and pairs at one. No place is believed: whoever forwards can say that the other device is there.
 * A place counts once a frame could be opened; until its pairing has ended well the others stay open, and when it fails
 * they are next. Rejects ABORTED, what ends a pairing for good (PAIRING_DECLINED, what `approve` and `accept` throw), or,
 * when no place is left, why: RATE_LIMITED, PAIRING_EXPIRED, NO_PEER …
 */
export async function pairAtOneOf<T>(
  places: readonly PairingPlace[],
  exchange: PairingExchange<T>,
  options: PairAtOptions
): Promise<T> {
  const over = new AbortController()
  const signal = options.signal === undefined ? over.signal : AbortSignal.any([over.signal, options.signal])
  const turns = new Turns()
  let end: (error: unknown) => void = () => undefined
  const ended = new Promise<never>((_, reject) => (end = reject))
  const at = async (place: PairingPlace): Promise<T> => {
    for (let tries = 1; ; tries++) {
      const turn = turns.take()
      try {
        return await pairOnce(place, exchange, turn, signal, options)
      } catch (error) {
        // Of one that went so far, only its own place says how it ended: at the others nobody has to come any more.
        const endsAll = options.isFinal?.() === true ? turn.isMine() : !PLACES_FAULT.has(codeOf(error))
        if (!signal.aborted && endsAll) end(error)
        if (signal.aborted || tries >= MAX_TRIES || GONE.has(codeOf(error))) throw error
        await options.wait(isHoldfastError(error) ? (error.waitMs ?? PAUSE_MS) : PAUSE_MS, signal)
      }
    }
  }
  try {
    return await Promise.race([Promise.any(places.map(at)), ended])
  } catch (error) {
    if (options.signal?.aborted === true) throw new HoldfastError('ABORTED')
    throw error instanceof AggregateError ? mostTelling(error.errors) : error
  } finally {
    over.abort()
  }
}

async function pairOnce<T>(
  place: PairingPlace,
  exchange: PairingExchange<T>,
  turn: Turn,
  signal: AbortSignal,
  { wait, firstFrameMs = FIRST_FRAME_MS }: PairAtOptions
): Promise<T> {
  const pipe = await place(signal)
  const abort = (): void => pipe.abort()
  const cancel = later(wait, firstFrameMs, abort)
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    const paired = await exchange(pipe, async () => {
      cancel()
      await turn.mine()
      if (signal.aborted) throw new HoldfastError('ABORTED')
    })
    // Not cut off, nor when it was declined: the last frame is still on its way.
    signal.removeEventListener('abort', abort)
    pipe.close()
    return paired
  } catch (error) {
    if (PLACES_FAULT.has(codeOf(error)) || signal.aborted) pipe.abort()
    else pipe.close()
    throw error
  } finally {
    cancel()
    signal.removeEventListener('abort', abort)
    turn.end()
  }
}

/** One at a time gets as far as asking a person. */
class Turns {
  private last: Promise<void> = Promise.resolve()

  take(): Turn {
    let end: () => void = () => undefined
    const ended = new Promise<void>((resolve) => (end = resolve))
    let isMine = false
    return {
      mine: async () => {
        const before = this.last
        this.last = before.then(() => ended)
        await before
        isMine = true
      },
      isMine: () => isMine,
      end
    }
  }
}

interface Turn {
  /** Resolves when it has come. */
  mine(): Promise<void>
  /** Whether it ever came. */
  isMine(): boolean
  end(): void
}

const FIRST_FRAME_MS = 15_000
const PAUSE_MS = 500
/** A place that spoils one pairing after the other is left at some time. */
const MAX_TRIES = 40

/** What a place, or somebody who came to it, can bring about. */
const PLACES_FAULT: ReadonlySet<ErrorCode> = new Set([
  'NO_PEER',
  'PEER_MISMATCH',
  'TIMEOUT',
  'DISCONNECTED',
  'REFUSED',
  'RATE_LIMITED',
  'PAIRING_EXPIRED',
  'PEER_FAILED',
  'MALFORMED',
  'TOO_LARGE',
  'UNSUPPORTED_VERSION',
  'DECRYPT_FAILED',
  'BAD_SIGNATURE'
])
/** Nothing is to be had there any more. */
const GONE: ReadonlySet<ErrorCode> = new Set(['NO_PEER', 'PEER_MISMATCH', 'REFUSED', 'PAIRING_EXPIRED'])

function codeOf(error: unknown): ErrorCode {
  return isHoldfastError(error) ? error.code : 'INTERNAL'
}

function mostTelling(errors: readonly unknown[]): unknown {
  for (const code of ['RATE_LIMITED', 'PAIRING_EXPIRED'] as const) {
    const error = errors.find((one) => isHoldfastError(one, code))
    if (error !== undefined) return error
  }
  return errors.find((one) => !isHoldfastError(one, 'NO_PEER')) ?? errors[0] ?? new HoldfastError('NO_PEER')
}
