// Finds the compiled tests and runs them with node:test.
import { existsSync, readdirSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { inRoot, root, since } from './house.mjs'
import { grouped, MARK, writeGroups } from './together.mjs'

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
 * Runs compiled test files, at most `concurrency` processes at once, and prints each file as it ends and each failure with it.
 * A test puts a line among the last ones of `npm test` by t.diagnostic('note: ...').
 */
export async function runTests(files, { concurrency, timeoutMs, together }) {
  const total = { passed: 0, failed: 0, skipped: 0, notes: new Set() }
  const waiting = together ? grouped(files) : files.map((file) => [file])
  const moduleOf = writeGroups(waiting.filter((group) => group.length > 1))
  const again = []
  process.setMaxListeners(0) // node:test listens for the end of the process once for each run
  const worker = async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      const { results, broke } = await runGroup(group, moduleOf(group) ?? group[0], timeoutMs)
      for (const result of results) {
        process.stdout.write(result.text)
        if (result.failed > 0) again.push(result.file)
        else if (!broke) take(result)
      }
      if (!broke) continue
      // Whose fault it was cannot be told from here: each says for itself.
      total.notes.add(
        `A process of ${group.length} test files ended badly, and each was run alone: see the lines above.`
      )
      waiting.unshift(...group.filter((file) => !again.includes(file)).map((file) => [file]))
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
  const { results } = await runGroup([file], file, timeoutMs)
  process.stdout.write(results[0].text)
  if (results[0].failed === 0)
    notes.add(`${shortName(file)} failed beside other tests and passed alone: see its first failure above.`)
  return results[0]
}

/**
 * One process: `path` is the one file of the group, or the module that imports them. `broke` says that a process of several
 * failed with no test to blame, or ended before the last of them.
 */
async function runGroup(files, path, timeoutMs) {
  const group = new Group(files)
  // One run for each process, because a run holds back what later files report until the earlier ones have ended.
  const timeout = files.length > 1 ? 2 * timeoutMs : timeoutMs
  for await (const { type, data } of run({ files: [path], timeout })) {
    if (type === 'test:stdout' || type === 'test:stderr') group.said(data.message)
    if (type === 'test:diagnostic' && data.message.startsWith('note: ')) group.result.notes.push(data.message.slice(6))
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (isFile(data.name, path)) group.error = data.details.error
    else if (data.name.startsWith(MARK)) group.next(data.name.slice(MARK.length))
    else if (data.details.type !== 'suite') count(group.of(data.file), type === 'test:pass', data)
  }
  return group.ended()
}

/** What has come so far of the files of one process. */
class Group {
  error
  #output = ''
  #startMs = performance.now()
  constructor(files) {
    this.results = files.map((file) => ({ file, passed: 0, failed: 0, skipped: 0, notes: [], text: '' }))
    this.result = this.results[0]
  }

  said(text) {
    this.#output = (this.#output + text).slice(-20_000)
  }

  /** Whose test it is. One in a file of helpers is of the file whose mark came last. */
  of(file) {
    return this.results.find((result) => result.file === file) ?? this.result
  }

  /** The tests of `file` begin. */
  next(file) {
    if (file === this.result.file) return
    this.#end()
    this.result = this.results.find((result) => result.file === file)
  }

  ended() {
    const { results, result, error } = this
    const blamed = results.some(({ failed }) => failed > 0)
    const broke = results.length > 1 && (result !== results.at(-1) || (error !== undefined && !blamed))
    if (broke)
      result.text += `\nThe process of ${results.length} files ended: ${error === undefined ? 'too soon' : why(error)}\n${indent(this.#output)}\n`
    else this.#end()
    return { results, broke }
  }

  #end() {
    const { result, error } = this
    const counted = result.passed + result.failed + result.skipped
    // A file can fail by itself: it crashes outside a test, runs out of time, or holds no test at all.
    const fails = counted === 0 || (this.results.length === 1 && error !== undefined)
    if (result.failed === 0 && fails) {
      result.failed = 1
      result.text += `\nnot ok: ${error === undefined ? 'no test ran in this file' : why(error)}\n`
    }
    if (result.failed > 0 && this.#output !== '') result.text += `${indent(this.#output)}\n`
    result.text += `${result.failed > 0 ? 'FAIL' : 'ok'} ${shortName(result.file)} (${counted}, ${since(this.#startMs)})\n`
    this.#output = ''
    this.#startMs = performance.now()
  }
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
