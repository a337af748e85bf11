// oxlint with type information finds mistakes; Biome only knows the format.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { begin, fail, inRoot, since } from './house.mjs'
import { ensureInstalled } from './install.mjs'

/** Returns { ok, formatted, lines }: `ok` is about mistakes only. The tools' words are printed when they complain. */
export async function lint() {
  const missing = ['@oxlint', '@oxlint-tsgolint', '@biomejs'].filter((scope) => !hasProgram(scope))
  if (missing.length > 0) {
    process.stdout.write(`Not linted: ${missing.join(', ')} has no program installed for this kind of machine.\n`)
    return { ok: true, formatted: true }
  }
  const [mistakes, format] = await Promise.all([
    run('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', '--report-unused-disable-directives']),
    run('@biomejs/biome/bin/biome', ['format', '--colors=off', '--max-diagnostics=none'])
  ])
  if (mistakes.code !== 0) process.stdout.write(mistakes.output)
  if (format.code !== 0) process.stdout.write(`Not formatted: ${unformatted(format.output).join(' ')}\n`)
  return { ok: mistakes.code === 0, formatted: format.code === 0 }
}

function hasProgram(scope) {
  const folder = inRoot('node_modules', scope)
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes(`${process.platform}-${process.arch}`))
}

const unformatted = (output) => [...output.matchAll(/^(\S+) format ━/gm)].map((match) => match[1])

function run(bin, args) {
  const child = spawn(process.execPath, [inRoot('node_modules', ...bin.split('/')), ...args], { cwd: inRoot() })
  let output = ''
  child.stdout.on('data', (bytes) => (output += bytes))
  child.stderr.on('data', (bytes) => (output += bytes))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

if (process.argv[1] === import.meta.filename) {
  begin(`
Usage: npm run lint

Looks for mistakes (oxlint, with types) and for files that are not formatted (Biome). Changes nothing.`)
  const startMs = performance.now()
  process.stdout.write('Linting ...\n')
  await ensureInstalled('full')
  const { ok, formatted } = await lint()
  if (!ok) fail('Lint found mistakes.')
  if (!formatted) fail('Some files are not formatted. Run: npm run format')
  process.stdout.write(`Nothing found, in ${since(startMs)}.\n`)
}
