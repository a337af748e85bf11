import { HoldfastError } from '../base/errors.ts'
import { idFromHex } from '../base/ids.ts'
import type { DeviceId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { accountSecretsFromWords } from '../secret/words.ts'
import type { Contact } from './pairing-messages.ts'

/** What brings an account back onto an empty machine: the 24 words, and where the relays are that keep its ciphertext. */
export interface RecoveryKit {
  readonly words: string
  readonly relays: readonly Contact[]
}

const FIRST_LINE = 'holdfast recovery kit 1'
const KIT_BYTES = 64 * 1024

/** Text for people: to be printed, or kept where nobody else reads it (FORMAT.md, section 3). */
export function encodeRecoveryKit(kit: RecoveryKit): string {
  return `${[FIRST_LINE, kit.words, ...kit.relays.map(recoveryKitLine)].join('\n')}\n`
}

/** The line that names a relay. */
export function recoveryKitLine({ peer, addresses }: Contact): string {
  return ['relay', peer, ...addresses].join(' ')
}

/** Whether this is meant to be one, of whatever version. */
export function isRecoveryKit(text: string): boolean {
  return text.trimStart().startsWith('holdfast recovery kit')
}

/** Takes line ends of any kind and empty lines. Throws BAD_WORDS, UNSUPPORTED_VERSION or MALFORMED. */
export function decodeRecoveryKit(text: string): RecoveryKit {
  if (text.length > KIT_BYTES) throw new HoldfastError('TOO_LARGE')
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const [first, words, ...rest] = lines.filter((line) => line !== '')
  if (first === undefined || words === undefined) throw new HoldfastError('MALFORMED', 'not a recovery kit')
  if (first !== FIRST_LINE)
    throw new HoldfastError(first.startsWith('holdfast recovery kit') ? 'UNSUPPORTED_VERSION' : 'MALFORMED')
  accountSecretsFromWords(words)
  return { words, relays: rest.map(relayLine) }
}

/**
 * Relays as somebody pasted them from a kit, in one piece or in several: `relay ID ADDRESS…`, the first word of which may
 * be missing. Throws MALFORMED.
 */
export function relaysFromText(parts: readonly string[]): Contact[] {
  const lines: string[] = []
  for (const word of parts.flatMap((part) => part.split(/\s+/)).filter((word) => word !== '' && word !== 'relay')) {
    if (word.startsWith('/') && lines.length > 0) lines[lines.length - 1] += ` ${word}`
    else lines.push(`relay ${word}`)
  }
  const relays = lines.map(relayLine)
  if (relays.some(({ addresses }) => addresses.length === 0))
    throw new HoldfastError('MALFORMED', 'a relay without an address')
  return relays
}

function relayLine(line: string): Contact {
  const [kind, peer, ...addresses] = line.split(/\s+/)
  const fits = addresses.length <= LIMITS.addresses && addresses.every((one) => one.length <= LIMITS.addressBytes)
  if (kind !== 'relay' || peer === undefined || !fits)
    throw new HoldfastError('MALFORMED', 'a line that names no relay')
  return { peer: idFromHex<DeviceId>(peer), addresses }
}
