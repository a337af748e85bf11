import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownText } from './shown-text.ts'

test('what turns or hides text is shown as its number', () => {
  assert.equal(shownText('photo\u202egnp.exe'), 'photo\\u202egnp.exe')
  assert.equal(shownText('a\u0000b\u001b[31m\u2028\u{e0041}\ud800'), 'a\\u0000b\\u001b[31m\\u2028\\u{e0041}\\ud800')
  assert.equal(shownText('a\u200b\u200d'), 'a\\u200b\\u200d')
})

test('names people write stay as they are', () => {
  for (const name of ['Grüße e\u0301.txt', '日本語', '👩\u200d👧.png', 'می\u200cخواهم'])
    assert.equal(shownText(name), name)
})
