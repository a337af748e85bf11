import { fromBase64Url, toBase64Url } from '../../base/base64url.ts'
import { asArray, asBytes, asId, asText, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'

/** What a relay hands out so that one account may register (FORMAT.md 7.3). */
export interface Invite {
  readonly relay: DeviceId
  readonly name: string
  readonly addresses: readonly string[]
  /** 16 bytes, good once. The relay keeps only its hash. */
  readonly secret: Uint8Array
  readonly expiresMs: number
}

const PREFIX = 'holdfast:relay/'

export function encodeInvite(invite: Invite): string {
  const { relay, name, addresses, secret, expiresMs } = invite
  return PREFIX + toBase64Url(encode([1, idValue(relay), name, [...addresses], secret, expiresMs]))
}

/** Throws BAD_INVITE on anything but a whole code. */
export function decodeInvite(text: string): Invite {
  try {
    const trimmed = text.trim()
    if (!trimmed.startsWith(PREFIX)) throw new HoldfastError('BAD_INVITE')
    const bytes = fromBase64Url(trimmed.slice(PREFIX.length))
    const [version, relay, name, addresses, secret, expires] = asArray(decode(bytes, LIMITS.accountFrameBytes), 6)
    asVersion(version, 1)
    return {
      relay: asId(relay),
      name: asText(name, LIMITS.deviceNameBytes),
      addresses: asArray(addresses, { max: LIMITS.addresses }).map((one) => asText(one, LIMITS.addressBytes)),
      secret: asBytes(secret, 16),
      expiresMs: asUint(expires)
    }
  } catch (cause) {
    throw new HoldfastError('BAD_INVITE', undefined, { cause })
  }
}
