#!/usr/bin/env node
// The holdfast command. Committed as plain JavaScript so that npm can link it before anything is built.
import { existsSync, statSync } from 'node:fs'

const built = new URL('../dist/cli/main.js', import.meta.url)
const bundled = new URL('../dist/program/main.js', import.meta.url)
/** Written by each build: what was bundled before it is old. */
const builds = ['../dist/.tsbuildinfo', '../../core/dist/.tsbuildinfo'].map((path) => new URL(path, import.meta.url))

const main = [bundled, built].find((program) => existsSync(program) && (program === built || isNewest(program)))
if (main !== undefined) {
  quietKnownWarnings()
  await import(main.href)
} else {
  process.stderr.write('holdfast: not built: run npm run build\n')
  process.exitCode = 1
}

function isNewest(program) {
  const madeMs = statSync(program).mtimeMs
  return builds.every((build) => (statSync(build, { throwIfNoEntry: false })?.mtimeMs ?? 0) <= madeMs)
}

/** Node 20 calls the Ed25519 and X25519 of WebCrypto experimental; everything else it warns about still shows. */
function quietKnownWarnings() {
  const emit = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const text = String(warning)
    const type = typeof rest[0] === 'object' && rest[0] !== null ? rest[0].type : rest[0]
    const known = type === 'ExperimentalWarning' && /\b(Ed25519|X25519)\b/.test(text)
    if (!known) emit.call(process, warning, ...rest)
  }
}
