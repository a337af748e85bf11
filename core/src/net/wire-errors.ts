import { asArray, asUint, decode, encode } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'

/** Canonical bytes of a refusal `[code number, wait ms]`. A code that has no number says only that this side failed. */
export function encodeRefusal(error: unknown): Uint8Array {
  if (!(error instanceof HoldfastError)) return encode([NUMBERS.get('PEER_FAILED')!, 0])
  const code = SENT_AS.get(error.code) ?? error.code
  const waitMs = Math.min(Math.max(0, Math.ceil(error.waitMs ?? 0)), MAX_WAIT_MS)
  return encode([NUMBERS.get(code) ?? NUMBERS.get('PEER_FAILED')!, waitMs])
}

/** The error a refusal stands for. No text comes from the other side. A number nobody knows is PEER_FAILED. */
export function decodeRefusal(bytes: Uint8Array): HoldfastError {
  const [number, wait] = asArray(decode(bytes, MAX_REFUSAL_BYTES), 2)
  const code = CODES.get(asUint(number)) ?? 'PEER_FAILED'
  const waitMs = Math.min(asUint(wait), MAX_WAIT_MS)
  return new HoldfastError(code, undefined, waitMs === 0 ? undefined : { waitMs })
}

const MAX_REFUSAL_BYTES = 32
/** Nobody is told to wait longer than an hour: a lying relay must not silence a device for ever. */
const MAX_WAIT_MS = 3_600_000

/** The closed table. Numbers are for ever: add below, never change or reuse one. */
const NUMBERS: ReadonlyMap<ErrorCode, number> = new Map([
  ['PEER_FAILED', 1],
  ['REFUSED', 2],
  ['MALFORMED', 3],
  ['TOO_LARGE', 4],
  ['UNSUPPORTED_VERSION', 5],
  ['RATE_LIMITED', 6],
  ['QUOTA_EXCEEDED', 7],
  ['NOT_WANTED', 8],
  ['NOT_HERE', 9],
  ['HASH_MISMATCH', 10],
  ['BAD_SIGNATURE', 11],
  ['NOT_A_MEMBER', 12],
  ['CHAIN_BROKEN', 13],
  ['MISSING_ANCESTOR', 14],
  ['FORKED', 15],
  ['BAD_INVITE', 16],
  ['INVITE_USED', 17],
  ['PAIRING_EXPIRED', 18],
  ['PAIRING_DECLINED', 19],
  ['EXISTS', 20],
  ['CLOCK_OFF', 21],
  ['MAILBOX_FULL', 22],
  ['NO_KEYS', 23]
])

const CODES: ReadonlyMap<number, ErrorCode> = new Map([...NUMBERS].map(([code, number]) => [number, code]))

/** What would mean something else on the other side than here. */
const SENT_AS: ReadonlyMap<ErrorCode, ErrorCode> = new Map([['STORE_FULL', 'QUOTA_EXCEEDED']])
