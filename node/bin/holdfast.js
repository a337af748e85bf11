#!/usr/bin/env node
// The holdfast command. Committed as plain JavaScript so that npm can link it before anything is built.
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)

if (existsSync(main)) {
  quietKnownWarnings()
  await import(main.href)
} else {
  process.stderr.write('holdfast: not built: run npm run build\n')
  process.exitCode = 1
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
