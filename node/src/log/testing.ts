import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOG_FOLDER } from './log-file.ts'

/** For tests: every line that `up` noted in this home, oldest first. */
export function readLog(home: string): Record<string, unknown>[] {
  const folder = join(home, LOG_FOLDER)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort() // up.1.jsonl is older than up.jsonl
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
}

/** Every text of it is a word of this program, and none of these is anywhere in it. */
export function assertSaysNothing(log: readonly Record<string, unknown>[], needles: readonly string[]): void {
  for (const { v, time, level, event, ...fields } of log) {
    assert.equal(v, 1)
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.match(String(level), /^(?:debug|info|warning|error)$/)
    assert.match(String(event), /^[a-z]+$/)
    for (const [name, value] of Object.entries(fields)) assertHarmless(name, value)
  }
  const text = log.map((line) => Object.values(line).flat().map(String).join('\n')).join('\n')
  for (const needle of needles) assert.ok(!text.split('\n').includes(needle) && !isIn(needle, text), needle)
}

/** Short ones only as a whole value: any word has an `a`. */
function isIn(needle: string, text: string): boolean {
  return needle.length >= 8 && text.includes(needle)
}

function assertHarmless(name: string, value: unknown): void {
  if (typeof value === 'number') return
  const pattern = TEXTS.get(name)
  assert.ok(pattern !== undefined, `${name} may be no text`)
  for (const text of Array.isArray(value) ? value : [value]) assert.match(String(text), pattern, name)
}

const TEXTS: ReadonlyMap<string, RegExp> = new Map([
  ['version', /^\d+\.\d+\.\d+$/],
  ['node', /^v\d+\.\d+\.\d+$/],
  ['role', /^(?:relay|device)$/],
  ['state', /^(?:warning|error)$/],
  ['about', /^(?:clock|disk|inotify|home|folder|relays?|room|copies|port|verify|recovery kit)$/],
  ['code', /^[A-Z]+(?:_[A-Z]+)*$/],
  ['command', /^[a-z]+(?: [a-z]+)?$/],
  ['trace', /^(?:node_modules|node\/dist|core\/dist)\/[\w@./-]+:\d+:\d+$/]
])
