import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asVersion, decode, encode } from '../base/codec.ts'
import { concat } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes, logIdOf } from '../base/ids.ts'
import type { EntryHash, LogId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import { verify } from '../proof/sign.ts'
import { decodeHeader } from './header.ts'
import type { Header } from './header.ts'

/** Proof that one device signed two entries with one number: both headers with their signatures (FORMAT.md 5.7). */
export interface FreezeBody {
  readonly log: LogId
  readonly headers: readonly [SignedHeader, SignedHeader]
}

export interface SignedHeader {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  readonly header: Header
}

export function encodeFreezeBody(proof: readonly [HeaderBytes, HeaderBytes]): Uint8Array {
  const [a, b] = proof
  return encode([1, a.bytes, a.signature, b.bytes, b.signature])
}

export interface HeaderBytes {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION; also when the two headers prove nothing. */
export function decodeFreezeBody(bytes: Uint8Array): FreezeBody {
  const item = asArray(decode(bytes, 4 * LIMITS.headerBytes), 5)
  asVersion(item[0], 1)
  const a = readHeader(item[1], item[2])
  const b = readHeader(item[3], item[4])
  const [x, y] = [a.header, b.header]
  const sameNumber = x.vault === y.vault && x.device === y.device && x.incarnation === y.incarnation && x.seq === y.seq
  if (!sameNumber || x.vault === null || hashOf(a) === hashOf(b))
    throw new HoldfastError('MALFORMED', 'a proof that proves nothing')
  return { log: logIdOf(x.device, x.incarnation), headers: [a, b] }
}

/** Throws BAD_SIGNATURE. */
export async function assertProof(body: FreezeBody): Promise<void> {
  for (const { header, bytes, signature } of body.headers) {
    if (!(await verify(SIGN.entry, idBytes(header.device), bytes, signature))) throw new HoldfastError('BAD_SIGNATURE')
  }
}

function readHeader(header: Value | undefined, signature: Value | undefined): SignedHeader {
  const bytes = asBytes(header, { max: LIMITS.headerBytes })
  return { bytes, signature: asBytes(signature, 64), header: decodeHeader(bytes) }
}

function hashOf(signed: HeaderBytes): EntryHash {
  return blake3Id<EntryHash>(concat(signed.bytes, signed.signature))
}
