import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from '../base/bytes.ts'
import { LIMITS } from '../base/limits.ts'
import { fileNamed, throwsCode } from './fake-log.test.ts'
import { checkName, isAllowed, nameKey, projectName, withSuffix } from './names.ts'

const HOSTILE = [
  '',
  '.',
  '..',
  'a/b',
  '../x',
  'a\\b',
  'nul\0',
  'a\nb',
  'tab\t',
  '\u202egpj.exe',
  'a\u2066b',
  'end.',
  'end ',
  'CON',
  'con.txt',
  'Lpt1',
  'COM¹',
  'x'.repeat(256),
  'é'.repeat(128),
  '\ud800',
  '\ufeffx',
  '\u007f'
]
const HARMLESS = [
  'a',
  '.bashrc',
  'a.b.c',
  '__proto__',
  'constructor',
  'console',
  'COM',
  'naïve',
  'e\u0301',
  '日本語',
  '👩‍👩‍👧',
  'x'.repeat(255),
  'a:b',
  ' leading'
]

test('a name that some device could not keep is refused when given here and shown otherwise when it arrives', () => {
  for (const name of HOSTILE) {
    throwsCode('NAME_NOT_ALLOWED', () => checkName(name))
    assert.ok(isAllowed(projectName(name, FILE)), JSON.stringify(name))
  }
})

test('a name every device can keep stays as it is', () => {
  for (const name of HARMLESS) {
    checkName(name)
    assert.equal(projectName(name, FILE), name)
  }
})

test('whatever arrives is shown under an allowed name, and showing it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(...HOSTILE), (text, hostile) => {
      for (const name of [text, hostile + text, text + hostile]) {
        const shown = projectName(name, FILE)
        assert.ok(isAllowed(shown))
        assert.equal(projectName(shown, FILE), shown)
      }
    })
  )
})

test('a suffix goes before the extension and the whole still fits', () => {
  assert.equal(withSuffix('a.tar.gz', ' (2)'), 'a.tar (2).gz')
  assert.equal(withSuffix('.bashrc', ' (2)'), '.bashrc (2)')
  assert.equal(utf8(withSuffix(`${'é'.repeat(126)}.txt`, ' (2)')).length <= LIMITS.nameBytes, true)
})

test('twins by case and by composition have one key', () => {
  for (const [a, b] of [
    ['README', 'readme'],
    ['e\u0301', '\u00c9'],
    ['straße', 'STRASSE'],
    ['ΣΑΣ', 'σας'],
    ['ﬁ', 'FI']
  ] as const)
    assert.equal(nameKey(a), nameKey(b))
  assert.notEqual(nameKey('a'), nameKey('b'))
})

const FILE = fileNamed('x')
