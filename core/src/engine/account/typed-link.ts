import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { secretFromWords } from '../../secret/words.ts'
import { decodePairingLink } from '../../vault/pairing-messages.ts'
import { typedAddress } from '../../net/typed-address.ts'

/** Where two devices meet. Who answers there may be unknown: the secret proves the device, whoever forwards learns nothing. */
export interface MeetingPlaces {
  readonly secret: Uint8Array
  readonly meetAt: readonly { readonly peer?: DeviceId; readonly addresses: readonly string[] }[]
}

/**
 * What a person gave to join: the link, or its secret as 12 words with an address. Addresses may stand among the words.
 * Throws BAD_LINK, BAD_WORDS, USAGE.
 */
export function meetingFromText(parts: readonly string[], at: readonly string[]): MeetingPlaces {
  const given = parts.flatMap((part) => part.trim().split(/\s+/)).filter((part) => part !== '')
  const words = given.filter((part) => !part.startsWith('/'))
  if (words.length <= 1) {
    if (at.length > 0 && words[0]?.includes(':') !== true) throw tooFew(words.length)
    return decodePairingLink(words[0] ?? '')
  }
  const addresses = [...at, ...given.filter((part) => part.startsWith('/'))]
  if (words.length !== WORDS) throw tooFew(words.length)
  const secret = secretFromWords(words.join(' '))
  if (addresses.length === 0)
    throw new HoldfastError('USAGE', 'words need an address, as the other device shows it: --at ADDRESS')
  if (addresses.length > LIMITS.addresses) throw new HoldfastError('USAGE', 'so many addresses are too many')
  return { secret, meetAt: addresses.map((address) => ({ addresses: [typedAddress(address)] })) }
}

const WORDS = 12

function tooFew(count: number): HoldfastError {
  return new HoldfastError('BAD_WORDS', `There are 12 words, and here ${count === 1 ? 'is' : 'are'} ${count}.`)
}
