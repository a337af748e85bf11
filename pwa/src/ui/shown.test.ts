import assert from 'node:assert/strict'
import test from 'node:test'
import { shown } from './shown.ts'

test('a name cannot hide, reorder or break what stands beside it', () => {
  assert.equal(shown('photo\u202egpj.exe'), 'photo\\u202egpj.exe')
  assert.equal(shown('a\nb\u0000c\u2028d'), 'a\\u000ab\\u0000c\\u2028d')
  assert.equal(shown('zero\u200bwidth'), 'zero\\u200bwidth')
  assert.equal(shown('lo\u200dok'), 'lo\\u200dok')
  assert.equal(shown('\ud800x'), '\\ud800x')
  assert.equal(shown('\u{e0041}'), '\\u{e0041}')
})

test('names are written as their languages write them', () => {
  for (const name of [
    'Übersicht – März',
    'می\u200cخواهم',
    'क्\u200dष',
    '👨\u200d👩\u200d👧 album',
    '🏳️\u200d🌈',
    'C:\\x'
  ])
    assert.equal(shown(name), name)
})
