import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHex } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { accountSecretsFromWords, newRecoveryWords, secretFromWords, secretToWords, wordsToCompare } from './words.ts'

const isBadWords = (error: unknown): boolean => isHoldfastError(error, 'BAD_WORDS')
const FROZEN_ROOT_SEED = 'c4c7bad4b721751c033e2a61b5156348797d7ca238e3e9d8e39725f9e57de018'
const FROZEN_RECOVERY_SECRET = '237e1c650ea3620d1d7c20c19fae45297445ebfa9aba91219073f3cfa37b3dc1'
const zeros = { bytes: (length: number) => new Uint8Array(length) }

await test('the vectors of BIP39 hold', () => {
  assert.equal(newRecoveryWords(zeros), `${'abandon '.repeat(23)}art`)
  assert.equal(secretToWords(new Uint8Array(16)), `${'abandon '.repeat(11)}about`)
  assert.equal(
    secretToWords(new Uint8Array(16).fill(0x7f)),
    'legal winner thank year wave sausage worth useful legal winner thank yellow'
  )
  assert.equal(newRecoveryWords({ bytes: (length) => new Uint8Array(length).fill(0xff) }), `${'zoo '.repeat(23)}vote`)
})

await test('the account’s secrets come from the words by frozen derivations', () => {
  const { rootSeed, recoverySecret } = accountSecretsFromWords(newRecoveryWords(zeros))
  assert.equal(toHex(rootSeed), FROZEN_ROOT_SEED)
  assert.equal(toHex(recoverySecret), FROZEN_RECOVERY_SECRET)
})

await test('what people change in typing does not matter', () => {
  const words = newRecoveryWords({ bytes: (length) => Uint8Array.from({ length }, (_, i) => i) })
  assert.deepEqual(
    accountSecretsFromWords(`  ${words.toUpperCase().replaceAll(' ', '\n ')}\t`),
    accountSecretsFromWords(words)
  )
})

await test('a wrong word, order or number of words is refused, never guessed', () => {
  const words = newRecoveryWords({ bytes: (length) => Uint8Array.from({ length }, (_, i) => i) })
  const list = words.split(' ')
  const swapped = [list[1], list[0], ...list.slice(2)].join(' ')
  for (const bad of [
    '',
    'abandon',
    swapped,
    list.slice(1).join(' '),
    `${words} abandon`,
    words.replace(list[3]!, 'constructor'),
    secretToWords(new Uint8Array(16))
  ])
    assert.throws(() => accountSecretsFromWords(bad), isBadWords)
  assert.throws(() => secretFromWords(words), isBadWords)
})

await test('a refusal says which word it is', () => {
  assert.throws(() => accountSecretsFromWords(`${'abandon '.repeat(23)}secretword`), /Word 24 /)
})

await test('a refusal never repeats the words', () => {
  try {
    accountSecretsFromWords(`${'abandon '.repeat(23)}secretword`)
    assert.fail('accepted')
  } catch (error) {
    assert.ok(error instanceof Error && !/abandon|secretword/.test(error.message) && error.cause === undefined)
  }
})

await test('a pairing secret survives being told in words', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (secret) =>
      assert.deepEqual(secretFromWords(secretToWords(secret)), secret)
    )
  )
})

await test('garbage typed as words is refused with a named code', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.throws(() => secretFromWords(text), isBadWords)))
})

await test('words to compare are the first 44 bits: every bit of them changes a word, no later bit does', () => {
  const hash = Uint8Array.from({ length: 32 }, (_, i) => i * 7)
  const words = wordsToCompare(hash)
  assert.equal(words.length, 4)
  for (let bit = 0; bit < 256; bit++) {
    const other = hash.slice()
    other[bit >> 3]! ^= 0x80 >> (bit & 7)
    assert.equal(wordsToCompare(other).join() === words.join(), bit >= 44, `bit ${bit}`)
  }
  assert.equal(wordsToCompare(hash, 12).length, 12)
  assert.deepEqual(wordsToCompare(hash, 12).slice(0, 4), words)
  assert.deepEqual(wordsToCompare(new Uint8Array(6)), ['abandon', 'abandon', 'abandon', 'abandon'])
  assert.deepEqual(wordsToCompare(new Uint8Array(6).fill(255)), ['zoo', 'zoo', 'zoo', 'zoo'])
  assert.throws(
    () => wordsToCompare(new Uint8Array(5)),
    (error) => isHoldfastError(error, 'INTERNAL')
  )
})
