import assert from 'node:assert/strict'
import test from 'node:test'
import { deviceNameProblem, guessDeviceName } from './device-name.ts'

test('a device has a name that its owner recognises before anybody has typed one', () => {
  const mozilla = 'Mozilla/5.0'
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0'
  assert.equal(
    guessDeviceName(`${mozilla} (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1`),
    'iPhone'
  )
  assert.equal(guessDeviceName(`${mozilla} (Linux; Android 15) ${chrome} Mobile Safari/537.36`), 'Android phone')
  assert.equal(guessDeviceName(`${mozilla} (Linux; Android 15) ${chrome} Safari/537.36`), 'Android tablet')
  assert.equal(guessDeviceName(`${mozilla} (X11; Linux x86_64) ${chrome} Safari/537.36`), 'Chrome on Linux')
  assert.equal(guessDeviceName(`${mozilla} (Windows NT 10.0) ${chrome} Safari/537.36 Edg/142.0`), 'Edge on Windows')
  assert.equal(guessDeviceName('nothing known'), 'Browser')
})

test('a name that the vault would refuse is refused before the keys are made', () => {
  assert.equal(deviceNameProblem('  '), 'missing')
  assert.equal(deviceNameProblem('é'.repeat(32)), undefined)
  assert.equal(deviceNameProblem('é'.repeat(33)), 'long')
})
