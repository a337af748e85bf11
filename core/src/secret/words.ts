import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { HoldfastError } from '../base/errors.ts'
import { DERIVE } from '../base/labels.ts'
import type { Random } from '../ports/random.ts'
import { deriveKey } from '../proof/blake3.ts'

const RECOVERY_ENTROPY_BYTES = 32
const SECRET_BYTES = 16
const BITS_PER_WORD = 11

/** 24 new recovery words: 256 bits of entropy in the form of BIP39 (English), joined by spaces. */
export function newRecoveryWords(random: Random): string {
  return entropyToMnemonic(random.bytes(RECOVERY_ENTROPY_BYTES), wordlist)
}

/**
 * The account's Ed25519 root seed and X25519 recovery secret. Both come from the BIP39 *entropy*, each under a label of
 * its own, and not from BIP39's own seed: that one stretches with PBKDF2 and takes a second passphrase, and neither
 * adds anything to 256 random bits. Throws BAD_WORDS.
 */
export function accountSecretsFromWords(words: string): { rootSeed: Uint8Array; recoverySecret: Uint8Array } {
  const entropy = entropyOf(words, RECOVERY_ENTROPY_BYTES)
  return {
    rootSeed: deriveKey(DERIVE.accountRoot, entropy),
    recoverySecret: deriveKey(DERIVE.accountRecovery, entropy)
  }
}

/** A 128-bit secret as 12 BIP39 words (the last four bits are a checksum). */
export function secretToWords(secret: Uint8Array): string {
  if (secret.length !== SECRET_BYTES) throw new HoldfastError('INTERNAL', 'a secret told in words has 16 bytes')
  return entropyToMnemonic(secret, wordlist)
}

/** Throws BAD_WORDS. */
export function secretFromWords(words: string): Uint8Array {
  return entropyOf(words, SECRET_BYTES)
}

/** The first 44 bits of a hash as four words (132 bits as twelve), for two people to read to each other. */
export function wordsToCompare(hash: Uint8Array, count: 4 | 12 = 4): string[] {
  const words: string[] = []
  let bits = 0
  let held = 0
  for (const byte of hash) {
    bits = (bits << 8) | byte
    held += 8
    if (held < BITS_PER_WORD) continue
    held -= BITS_PER_WORD
    words.push(wordlist[bits >> held]!)
    bits &= (1 << held) - 1
    if (words.length === count) return words
  }
  throw new HoldfastError('INTERNAL', 'a hash too short to compare')
}

/** Typed by people: case and spacing do not matter; everything else does. */
function entropyOf(words: string, bytes: number): Uint8Array {
  const text = words.normalize('NFKD').trim().toLowerCase().split(/\s+/).join(' ')
  let entropy: Uint8Array
  try {
    entropy = mnemonicToEntropy(text, wordlist)
  } catch {
    throw badWords(text.split(' ')) // the library's message would name the words
  }
  if (entropy.length !== bytes) throw new HoldfastError('BAD_WORDS')
  return entropy
}

/** Says which word it is, never the word. */
function badWords(words: readonly string[]): HoldfastError {
  const unknown = words.findIndex((word) => !wordlist.includes(word))
  return new HoldfastError('BAD_WORDS', unknown < 0 ? undefined : `Word ${unknown + 1} is none that Holdfast gives.`)
}
