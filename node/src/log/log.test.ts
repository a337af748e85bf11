import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Level } from './events.ts'
import { isInJournal, logFile } from './log-file.ts'
import { newLog, traceOf } from './log.ts'
import { assertSaysNothing, readLog } from './testing.ts'

const home = mkdtempSync(join(tmpdir(), 'holdfast-log-'))
after(() => rmSync(home, { recursive: true, force: true }))

const lines = (least: Level): { event: string; level: string }[] => {
  const said: string[] = []
  const log = newLog({ sink: (line) => said.push(line), nowMs: () => 0, least })
  log.note({ event: 'command', command: 'ls', ms: 1 })
  log.note({ event: 'folder', folder: 1, ms: 1, done: 2, waiting: 0, failed: 0 })
  log.note({ event: 'problem', state: 'warning', about: 'copies', code: 'ONE_COPY' })
  log.note({ event: 'failed', code: 'INTERNAL', trace: [] })
  return said.map((line) => JSON.parse(line) as { event: string; level: string })
}

test('what matters less than was asked for is left out', () => {
  assert.deepEqual(
    lines('debug').map(({ level }) => level),
    ['debug', 'info', 'warning', 'error']
  )
  assert.deepEqual(
    lines('warning').map(({ event }) => event),
    ['problem', 'failed']
  )
})

test('of an error its code and the places in this program are noted, never its message nor where the program lies', () => {
  const error = new HoldfastError('NOT_FOUND', 'Nothing is at /diary.txt.', {
    cause: new Error('/home/anna/diary.txt')
  })
  const { code, trace } = traceOf(error)
  assert.equal(code, 'NOT_FOUND')
  assert.match(trace[0]!, /^node\/dist\/log\/log\.test\.js:\d+:\d+$/)
  const foreign = new Error('x')
  foreign.stack = 'Error: x\n    at f (/home/anna/core/secret/core/dist/a.js:1:2)\n    at /home/anna/diary.js:1:2'
  assert.deepEqual(traceOf(foreign), { code: 'INTERNAL', trace: ['core/dist/a.js:1:2'] })
  assert.deepEqual(traceOf('diary.txt'), { code: 'INTERNAL', trace: [] })
  assert.throws(() => assertSaysNothing([{ ...JSON_LINE, code: 'NOT_FOUND', message: 'diary' }], []))
  assert.throws(() => assertSaysNothing([{ ...JSON_LINE, command: 'anna/diary' }], []))
})

const JSON_LINE = { v: 1, time: new Date(0).toISOString(), level: 'info', event: 'command' }

test('the files of a log stay small and few, are for their owner alone, and one that cannot be written ends nothing', () => {
  const write = (): void => {
    const sink = logFile(home, 200)
    for (let at = 0; at < 10; at++) sink(JSON.stringify({ ...JSON_LINE, at, filler: 'x'.repeat(60) }), 'info')
  }
  write()
  write() // as a later process: it goes on where the first ended
  const names = readdirSync(join(home, 'log'))
  assert.deepEqual(names.sort(), ['up.1.jsonl', 'up.2.jsonl', 'up.3.jsonl', 'up.jsonl'])
  for (const name of names) {
    const { size, mode } = statSync(join(home, 'log', name))
    assert.ok(size <= 200 && (mode & 0o077) === 0, name)
  }
  assert.equal(readLog(home).at(-1)!['at'], 9)
  const file = join(home, 'a file')
  writeFileSync(file, '')
  logFile(file)('{}', 'info')
})

test('what systemd has started writes to its journal, what a person has started in a terminal does not', () => {
  assert.equal(isInJournal({ JOURNAL_STREAM: '8:1' }, false), true)
  assert.equal(isInJournal({ JOURNAL_STREAM: '8:1' }, true), false)
  assert.equal(isInJournal({}, false), false)
})
