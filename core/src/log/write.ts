import type { DeviceId, Incarnation } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { blake3Id } from '../proof/blake3.ts'
import { sign } from '../proof/sign.ts'
import { encodeEpochBody, encodeWrapBody } from './epoch-body.ts'
import type { EpochBody, WrapBody } from './epoch-body.ts'
import { encodeFreezeBody } from './freeze-body.ts'
import type { HeaderBytes } from './freeze-body.ts'
import { entryOf } from './entry.ts'
import type { UnverifiedEntry } from './entry.ts'
import type { Genesis } from './genesis.ts'
import { encodeHeader } from './header.ts'
import type { ContentHash, Header } from './header.ts'
import { encodePinList } from './pin-list.ts'
import type { PinList } from './pin-list.ts'
import { encodeStatements } from './statement.ts'
import type { Statement } from './statement.ts'

/** The clear payload of a local entry. */
export type ClearBody =
  | { readonly kind: 'statement'; readonly statements: readonly Statement[] }
  | ({ readonly kind: 'epoch' } & EpochBody)
  | ({ readonly kind: 'wrap' } & WrapBody)
  | { readonly kind: 'freeze'; readonly proof: readonly [HeaderBytes, HeaderBytes] }

/**
 * Signs a local entry: fills in payload hash and size, then signs as the device of `seed`. Like one from elsewhere it
 * still has to pass VaultLog.verify, so that a mistake made here is noticed before anybody sees it. A sealed payload
 * must have been sealed for exactly this header, pin list hash included (`withPinList`).
 */
export async function signEntry(
  header: Header,
  payload: Uint8Array | ClearBody | null,
  seed: Uint8Array,
  pinList: PinList | null = null
): Promise<UnverifiedEntry> {
  const payloadBytes = payload === null || payload instanceof Uint8Array ? payload : encodeBody(payload)
  const full: Header = {
    ...withPinList(header, pinList),
    payloadHash: payloadBytes === null ? null : blake3Id<ContentHash>(payloadBytes),
    payloadBytes: payloadBytes?.length ?? 0
  }
  const bytes = encodeHeader(full)
  return entryOf({
    header: bytes,
    signature: await sign(SIGN.entry, seed, bytes),
    payload: payloadBytes,
    pinList: pinList === null ? null : encodePinList(pinList)
  })
}

/** The header with the pin list's hash: what a payload is sealed for. */
export function withPinList(header: Header, pinList: PinList | null): Header {
  return { ...header, pinListHash: pinList === null ? null : blake3Id<ContentHash>(encodePinList(pinList)) }
}

/** The first entry of a new vault, signed by the device at the end of its chain. */
export async function signGenesis(
  genesis: Genesis,
  options: { device: DeviceId; incarnation: Incarnation; timeMs: number; seed: Uint8Array }
): Promise<UnverifiedEntry> {
  const { device, incarnation, timeMs, seed } = options
  return signEntry({ ...EMPTY, device, incarnation, timeMs, genesis }, null, seed)
}

export function encodeBody(body: ClearBody): Uint8Array {
  switch (body.kind) {
    case 'statement':
      return encodeStatements(body.statements)
    case 'epoch':
      return encodeEpochBody(body)
    case 'wrap':
      return encodeWrapBody(body)
    case 'freeze':
      return encodeFreezeBody(body.proof)
  }
}

const EMPTY = {
  vault: null,
  seq: 1,
  prev: null,
  seen: [],
  kind: 'genesis',
  epoch: null,
  pinListHash: null,
  payloadHash: null,
  payloadBytes: 0,
  documents: []
} as const
