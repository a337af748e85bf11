// What the documents name must exist and answer.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { exists, manifest, PACKAGES, read, root } from './repo.ts'
import { codeIn, commandsIn, linksIn, npmScriptsIn, pathsIn } from './words.ts'

const run = promisify(execFile)
const scripts = manifest('').scripts ?? {}
const named = ['README.md', 'ARCHITECTURE.md', 'FORMAT.md', 'THREATS.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
const inDocs = exists('docs') ? readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')) : []
const documents = [...named.filter(exists), ...inDocs.map((name) => `docs/${name}`)]
const programs = new Map([
  ['holdfast', 'node'],
  ['holdfast-relay', 'relay-pi']
])

/** The path as written, or a part by its short name: core/log for core/src/log. */
function isThere(path: string): boolean {
  const [name = '', ...rest] = path.split('/')
  const short = `${name}/src/${rest.join('/')}`
  return exists(path) || (PACKAGES.some((known) => known === name) && (exists(short) || exists(`${short}.ts`)))
}

for (const document of documents) {
  test(`${document} names only paths that exist`, () => {
    const text = read(document)
    assert.deepEqual(
      pathsIn(text).filter((path) => !isThere(path)),
      []
    )
    assert.deepEqual(
      linksIn(text).filter((path) => !exists(join(document, '..', path))),
      []
    )
  })
}

test('the npm scripts that the documents name exist', () => {
  const missing = documents.flatMap((document) =>
    npmScriptsIn(read(document))
      .filter((name) => !(name in scripts))
      .map((name) => `${document}: npm run ${name}`)
  )
  assert.deepEqual(missing, [])
})

test('every npm script answers --help at once, with nothing installed or built', async () => {
  for (const [name, line] of Object.entries(scripts)) {
    // With `exec` the program stands where the shell stood, and gets the signals that npm passes on.
    const [program, ...args] = line.replace(/^exec /, '').split(' ')
    assert.equal(program, 'node', name)
    const { stdout } = await run(process.execPath, [...args, '--help'], { cwd: root })
    assert.match(stdout, /^Usage: npm /, name)
  }
})

for (const [program, folder] of programs) {
  if (!exists(`${folder}/src/cli/main.ts`)) continue
  test(`every ${program} command that the documents name answers --help`, async () => {
    const commands = new Set(
      documents.flatMap((document) => codeIn(read(document)).flatMap((code) => commandsIn(code, program)))
    )
    for (const command of commands) {
      const words = command.split(' ').filter((word) => word !== '')
      const { stdout } = await run(process.execPath, [`${folder}/bin/${program}.js`, ...words, '--help'], { cwd: root })
      assert.ok(stdout.includes(words[0] ?? 'Usage'), `${program} ${command} --help`)
    }
  })
}
