import assert from 'node:assert/strict'
import test from 'node:test'
import { ERRORS, HoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { EN } from '../strings/en.ts'
import { sentenceOf } from './error-sentence.ts'

const CODES = Object.keys(ERRORS) as ErrorCode[]

test('nobody in the app is told to type a command', () => {
  for (const code of CODES) {
    const { cause, remedy } = sentenceOf(code)
    assert.doesNotMatch(`${cause} ${remedy}`, /`|--|holdfast-relay|command line/, code)
  }
})

test('every sentence about an error belongs to a code that exists', () => {
  const codes = new Set<string>(CODES)
  for (const key of Object.keys(EN).filter((one) => one.startsWith('error.') && one !== 'error.unknown'))
    assert.ok(codes.has(key.split('.')[1]!), key)
})

test('what an unknown error says is never shown', () => {
  const told = sentenceOf(new Error('<b>secret</b>'))
  assert.equal(told.code, 'INTERNAL')
  assert.doesNotMatch(told.cause + told.remedy, /secret/)
  assert.equal(sentenceOf(new HoldfastError('NO_PEER')).code, 'NO_PEER')
  assert.equal(sentenceOf({ code: 'constructor' }).code, 'INTERNAL')
})
