// Makes of each program's several hundred modules a few files: finding and reading them took most of a short command's time.
// So it is with what tests start again and again.
import { existsSync, rmSync, statSync } from 'node:fs'
import { begin, inRoot } from './house.mjs'

/** Entries keep their names: threads and programs are started by them. `dist/program` is as deep as what it is made of, so paths from there hold. */
const PROGRAMS = [
  { at: 'node', entries: { main: 'cli/main.js', worker: 'seal-pool/worker.js' }, of: ['core', 'node'] },
  { at: 'relay-pi', entries: { main: 'cli/main.js' }, of: ['core', 'node', 'relay-pi'] },
  {
    at: 'test',
    entries: {
      'killed-child': 'folder/killed-child.js',
      'crash-writer': 'conformance/crash-writer.js',
      worker: '../../node/dist/seal-pool/worker.js'
    },
    of: ['core', 'node', 'test']
  }
]

/** Libraries with native parts, with WebAssembly beside them, or that are patched where they lie. */
const AS_THEY_ARE = [
  '@automerge/automerge',
  '@libp2p/webrtc',
  '@libp2p/websockets',
  '@napi-rs/blake-hash',
  'blake3',
  'classic-level',
  'ws'
].map((name) => new RegExp(`^${name}(/|$)`))

async function bundlePrograms() {
  for (const { at, entries, of } of PROGRAMS) {
    const out = inRoot(at, 'dist', 'program')
    // Tests are not always built; their programs know each other by no name of a main one.
    if (!existsSync(inRoot(at, 'dist', '.tsbuildinfo')) || isFresh(`${out}/${Object.keys(entries)[0]}.js`, of)) continue
    const { rolldown } = await import('rolldown')
    const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, inRoot(at, 'dist', path)]))
    const build = await rolldown({ input, platform: 'node', external: [/^node:/, ...AS_THEY_ARE], logLevel: 'warn' })
    rmSync(out, { recursive: true, force: true })
    await build.write({ dir: out, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })
    await build.close()
  }
}

/** The same question is asked by each program before it starts what is here. */
function isFresh(main, parts) {
  if (!existsSync(main)) return false
  const madeMs = statSync(main).mtimeMs
  return parts.every((part) => statSync(inRoot(part, 'dist', '.tsbuildinfo')).mtimeMs <= madeMs)
}

if (process.argv[1] === import.meta.filename) {
  begin(`
Usage: node scripts/programs.mjs

Makes of the built command line and relay a few files each, so that they start faster. Does nothing when that is done already.`)
  await bundlePrograms()
}
