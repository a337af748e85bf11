import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindByName, mediaType } from './kind.ts'

test('nothing that can hold a program has a type under which a browser would run it', () => {
  for (const name of [
    'a.html',
    'a.HTM',
    'a.svg',
    'a.xhtml',
    'a.js',
    'a.xml',
    'a.jpg.html',
    'a',
    'constructor',
    'a.__proto__'
  ])
    assert.equal(mediaType(name), undefined, name)
})

test('files are opened as what their names say', () => {
  const kinds = [
    'a.JPG',
    'a.webm',
    'a.mp3',
    'a.pdf',
    'a.html',
    'a.svg',
    'README',
    'a.zip',
    'a.odt',
    'a',
    '.png',
    'x.constructor'
  ]
  assert.deepEqual(kinds.map(kindByName), [
    'picture',
    'video',
    'audio',
    'pdf',
    'text',
    'text',
    'text',
    'archive',
    'document',
    'other',
    'picture',
    'other'
  ])
})
