import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { VERSION } from './version.ts'

test('the app says the version of its package', () => {
  const file = new URL('../../package.json', import.meta.url)
  assert.equal((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version, VERSION)
})
