// Finds the compiled tests and runs them with node:test, one process a file.
import { existsSync, readdirSync } from 'node:fs'
import { relative } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { inRoot, root } from './house.mjs'

// The packages with the slowest files first, so that the last minute is not one file running alone.
const packages = ['test', 'node', 'relay-pi', 'core', 'pwa']

/** Compiled test files whose source exists (dist may hold leftovers); with `words`, those whose path contains one. */
export function testFiles(words = []) {
  return packages
    .filter((name) => existsSync(inRoot(name, 'src')))
    .flatMap((name) =>
      readdirSync(inRoot(name, 'src'), { recursive: true })
        .filter((path) => path.endsWith('.test.ts'))
        .sort()
        .map((path) => inRoot(name, 'dist', path.replace(/\.ts$/, '.js')))
    )
    .filter((file) => words.length === 0 || words.some((word) => shortName(file).includes(word)))
}

/** core/dist/base/codec.test.js is shown as core/base/codec. */
const shortName = (file) =>
  relative(root, file)
    .replace(/[\\/]dist[\\/]/, '/')
    .replace(/\.test\.js$/, '')

/**
 * Runs compiled test files, at most `concurrency` at once, and prints each file as it ends and each failure as it happens.
 * A test puts a line among the last ones of `npm test` by t.diagnostic('note: ...').
 */
export async function runTests(files, { concurrency, timeoutMs }) {
  const byFile = new Map(files.map((file) => [file, { passed: 0, failed: 0, skipped: 0, output: '' }]))
  const notes = new Set()
  for await (const { type, data } of run({ files, concurrency, timeout: timeoutMs })) {
    const entry = byFile.get(data.file)
    if (entry === undefined) continue
    if (type === 'test:diagnostic' && data.message.startsWith('note: ')) notes.add(data.message.slice(6))
    if (type === 'test:stdout' || type === 'test:stderr') entry.output = (entry.output + data.message).slice(-20_000)
    if (type !== 'test:complete') continue
    if (data.name === data.file) finishFile(data, entry)
    else if (data.details.type !== 'suite') finishTest(data, entry)
  }
  return summary(byFile, [...notes])
}

function finishTest(data, entry) {
  if (data.skip !== undefined || data.todo !== undefined) entry.skipped += 1
  else if (data.details.passed) entry.passed += 1
  else if (data.details.error.failureType !== 'subtestsFailed') {
    entry.failed += 1
    process.stdout.write(`\nnot ok ${shortName(data.file)}: ${data.name} (line ${data.line})\n${why(data)}\n`)
  }
}

/** A file fails by itself when it crashes outside a test, runs out of time, or holds no test at all. */
function finishFile(data, entry) {
  const counted = entry.passed + entry.failed + entry.skipped
  if (entry.failed === 0 && (counted === 0 || !data.details.passed)) {
    entry.failed += 1
    process.stdout.write(`\nnot ok ${shortName(data.file)}: ${counted === 0 ? 'no test ran in it' : why(data)}\n`)
  }
  if (entry.failed > 0 && entry.output !== '') process.stdout.write(`${indent(entry.output)}\n`)
  const seconds = (data.details.duration_ms / 1000).toFixed(1)
  process.stdout.write(`${entry.failed > 0 ? 'FAIL' : 'ok'} ${shortName(data.file)} (${counted}, ${seconds} s)\n`)
}

const why = (data) => indent(inspect(data.details.error?.cause ?? data.details.error, { depth: 4 }))
const indent = (text) => text.trimEnd().replace(/^/gm, '    ')

function summary(byFile, notes) {
  const entries = [...byFile.values()]
  const total = (key) => entries.reduce((sum, entry) => sum + entry[key], 0)
  // A file that node:test never reported on must not pass for a success.
  const silent = entries.filter((entry) => entry.passed + entry.failed + entry.skipped === 0).length
  if (total('skipped') > 0) notes.push(`${total('skipped')} tests were skipped.`)
  return { passed: total('passed'), failed: total('failed') + silent, notes }
}
