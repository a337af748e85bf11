// Finds the compiled tests and runs them with node:test, one process a file.
import { existsSync, readdirSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { inRoot, root, since } from './house.mjs'

// The packages with the slowest files first, so that the last minute is not one file running alone.
const packages = ['test', 'node', 'relay-pi', 'core', 'pwa']

/**
 * Compiled test files whose source exists (dist may hold leftovers); with `words`, those whose path contains one. Those
 * named `.long.test` belong to the long run alone.
 */
export function testFiles(words = []) {
  const runs = (path) => process.env.HOLDFAST_LONG === '1' || !/\.long\.test\.tsx?$/.test(path)
  return packages
    .filter((name) => existsSync(inRoot(name, 'src')))
    .flatMap((name) =>
      readdirSync(inRoot(name, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.test\.tsx?$/.test(path) && runs(path))
        .sort()
        .map((path) => inRoot(name, 'dist', path.replace(/\.tsx?$/, '.js')))
    )
    .filter((file) => words.length === 0 || words.some((word) => shortName(file).includes(word)))
}

/** core/dist/base/codec.test.js is shown as core/base/codec. */
const shortName = (file) =>
  relative(root, file)
    .replace(/[\\/]dist[\\/]/, '/')
    .replace(/\.test\.js$/, '')

/**
 * Runs compiled test files, at most `concurrency` at once, and prints each file as it ends and each failure with it.
 * A test puts a line among the last ones of `npm test` by t.diagnostic('note: ...').
 */
export async function runTests(files, { concurrency, timeoutMs }) {
  const total = { passed: 0, failed: 0, skipped: 0, notes: new Set() }
  const waiting = [...files]
  const again = []
  process.setMaxListeners(0) // node:test listens for the end of the process once for each run
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file, timeoutMs)
      process.stdout.write(result.text)
      if (result.failed > 0) {
        again.push(file)
        continue
      }
      take(result)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  for (const file of again) take(await secondTry(file, timeoutMs, total.notes))
  if (total.skipped > 0) total.notes.add(`${total.skipped} tests were skipped.`)
  return total

  function take(result) {
    for (const key of ['passed', 'failed', 'skipped']) total[key] += result[key]
    for (const note of result.notes) total.notes.add(note)
  }
}

/** Alone: what only fails beside others is a weakness of the test on a busy machine, and is said as such, not hidden. */
async function secondTry(file, timeoutMs, notes) {
  process.stdout.write(`Once more, alone: ${shortName(file)}\n`)
  const result = await runFile(file, timeoutMs)
  process.stdout.write(result.text)
  if (result.failed === 0)
    notes.add(`${shortName(file)} failed beside other tests and passed alone: see its first failure above.`)
  return result
}

async function runFile(file, timeoutMs) {
  const result = { passed: 0, failed: 0, skipped: 0, notes: [], text: '' }
  const startMs = performance.now()
  let output = ''
  let fileError
  // One run for each file, because a run holds back what later files report until the earlier ones have ended.
  for await (const { type, data } of run({ files: [file], timeout: timeoutMs })) {
    if (type === 'test:stdout' || type === 'test:stderr') output = (output + data.message).slice(-20_000)
    if (type === 'test:diagnostic' && data.message.startsWith('note: ')) result.notes.push(data.message.slice(6))
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (isFile(data.name, file)) fileError = data.details.error
    else if (data.details.type !== 'suite') count(result, type === 'test:pass', data)
  }
  const counted = result.passed + result.failed + result.skipped
  // A file can fail by itself: it crashes outside a test, runs out of time, or holds no test at all.
  if (result.failed === 0 && (counted === 0 || fileError !== undefined)) {
    result.failed = 1
    result.text += `\nnot ok: ${fileError === undefined ? 'no test ran in this file' : why(fileError)}\n`
  }
  if (result.failed > 0 && output !== '') result.text += `${indent(output)}\n`
  result.text += `${result.failed > 0 ? 'FAIL' : 'ok'} ${shortName(file)} (${counted}, ${since(startMs)})\n`
  return result
}

const isFile = (name, file) => resolve(root, name) === file

function count(result, passed, data) {
  if (data.skip !== undefined || data.todo !== undefined) result.skipped += 1
  else if (passed) result.passed += 1
  else if (data.details.error?.failureType !== 'subtestsFailed') {
    result.failed += 1
    result.text += `\nnot ok: ${data.name} (line ${data.line})\n${why(data.details.error)}\n`
  }
}

const why = (error) => indent(inspect(error?.cause ?? error, { depth: 4 }))
const indent = (text) => text.trimEnd().replace(/^/gm, '    ')
