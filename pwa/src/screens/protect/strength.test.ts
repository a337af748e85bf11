import assert from 'node:assert/strict'
import test from 'node:test'
import { isAccepted, strengthOf } from './strength.ts'
import type { Level } from './strength.ts'

const SAMPLES: readonly (readonly [string, Level])[] = [
  ['', 'empty'],
  ['short 1', 'short'],
  ['пароль7', 'short'],
  ['password', 'common'],
  ['P@ssw0rd123!', 'common'],
  ['12345678', 'common'],
  ['aaaaaaaaaaaaaaaa', 'common'],
  ['abcdefghijklmnop', 'common'],
  ['qwertyuiop12', 'common'],
  ['tulip472', 'weak'],
  ['green table', 'weak'],
  ['blue blue blue blue', 'common'],
  ['copper lantern river', 'fair'],
  ['copper lantern river moth', 'good'],
  ['copper lantern river moth anvil seventy', 'strong'],
  ['x9$Qv!72mRz#pL', 'good']
]

test('a passphrase that anybody would try first is refused, one of several words is called good', () => {
  for (const [passphrase, level] of SAMPLES) assert.equal(strengthOf(passphrase), level, passphrase)
})

test('only what is too short or too easy is refused', () => {
  const accepted = SAMPLES.filter(([passphrase]) => isAccepted(strengthOf(passphrase))).map(([, level]) => level)
  assert.deepEqual(new Set(accepted), new Set(['weak', 'fair', 'good', 'strong']))
})
