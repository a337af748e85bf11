import { asArray, asBytes, asText, asUint, asVersion, decode, encode } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Intent } from '../index/edits.ts'
import type { Index } from '../index/index.ts'
import { extraKey } from '../index/keys.ts'
import { readKeptCard } from './contact-card.ts'
import type { ContactCard } from './contact-card.ts'

/**
 * A message from somebody with whom there is no conversation yet, because one side has not verified the other. It came in an
 * envelope and is kept in the personal index under the first half of the envelope's id, so that all own devices have it once.
 */
export interface MessageRequest {
  readonly id: FileId
  /** The sender's, whose device signed the envelope. Nobody has compared any words. */
  readonly card: ContactCard
  /** Empty once it is dismissed. */
  readonly text: string
  /** When it was opened here, by this clock. */
  readonly receivedMs: number
  readonly isDismissed: boolean
}

type Extras = Pick<Index, 'extraValues' | 'extras'>

/** In the order in which they were opened. */
export function requestsOf(index: Extras): MessageRequest[] {
  return index
    .extras(EXTRA)
    .flatMap(({ file }) => requestAt(index, file) ?? [])
    .sort((a, b) => a.receivedMs - b.receivedMs || (a.id < b.id ? -1 : 1))
}

/** Of values that two devices wrote at once, one that says it was dealt with holds. */
export function requestAt(index: Extras, id: FileId): MessageRequest | undefined {
  const values = index.extraValues(id, EXTRA).flatMap((value) => read(id, value))
  return values.find(({ isDismissed }) => isDismissed) ?? values.at(-1)
}

/** By the first four or more digits of its id. Throws NOT_FOUND, AMBIGUOUS_NAME. */
export function findRequest(index: Extras, idPrefix: string): MessageRequest {
  const found = /^[0-9a-f]{4,32}$/.test(idPrefix) ? requestsOf(index).filter(({ id }) => id.startsWith(idPrefix)) : []
  if (found.length > 1) throw new HoldfastError('AMBIGUOUS_NAME')
  if (found[0] === undefined) throw new HoldfastError('NOT_FOUND', 'No message request has this id.')
  return found[0]
}

/** Keeps a request, or says that it is dealt with: then nobody needs its text any more. Throws TOO_LARGE. */
export function requestIntent({ id, card, text, receivedMs, isDismissed }: MessageRequest): Intent {
  const value = encode([1, isDismissed ? 1 : 0, card.bytes, isDismissed ? '' : text, receivedMs])
  if (value.length > LIMITS.scalarBytes) throw new HoldfastError('TOO_LARGE')
  return { key: extraKey(id, EXTRA), value }
}

/** What cannot be read is as if it were not there. */
function read(id: FileId, value: Uint8Array): MessageRequest[] {
  try {
    const [version, state, card, text, receivedMs] = asArray(decode(value, LIMITS.scalarBytes), 5)
    asVersion(version, 1)
    return [
      {
        id,
        card: readKeptCard(asBytes(card, { max: LIMITS.cardBytes })),
        text: asText(text, LIMITS.requestTextBytes),
        receivedMs: asUint(receivedMs),
        isDismissed: asUint(state, 1) === 1
      }
    ]
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return []
  }
}

const EXTRA = 'request'
