// What the documents name must exist and answer.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ERRORS } from '@holdfast/core/base/errors'
import { DERIVE, HPKE, SIGN } from '@holdfast/core/base/labels'
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

/** The help of a group stands in for a command it does not have, so the whole command must be in the usage. */
async function answers(program: string, folder: string, command: string): Promise<boolean> {
  const words = command.split(' ').filter((word) => word !== '')
  const asked = [`${folder}/bin/${program}.js`, ...words, '--help']
  const { stdout } = await run(process.execPath, asked, { cwd: root }).catch(() => ({ stdout: '' }))
  return `${stdout} `.replaceAll('\n', ' ').includes(`Usage: ${[program, ...words].join(' ')} `)
}

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

test('FORMAT.md names every label, used or reserved, in the words of the code', () => {
  const rows = read('FORMAT.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
  const labels = [SIGN, DERIVE, HPKE].flatMap((table) => Object.entries(table))
  const missing = labels.filter(
    ([name, label]) => !rows.some((row) => row.split('|')[1]?.match(`\\b${name}\\b`) && row.includes(`\`${label}\``))
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
  test(`every ${program} command that documents and remedies name answers --help`, async () => {
    const texts = [...documents.map(read), ...Object.values(ERRORS).map(({ remedy }) => remedy)]
    const commands = new Set(texts.flatMap((text) => codeIn(text).flatMap((code) => commandsIn(code, program))))
    for (const command of commands) assert.ok(await answers(program, folder, command), `${program} ${command} --help`)
  })
}

test('a command that does not exist is not taken for one that its group helps with', async () => {
  assert.equal(await answers('holdfast', 'node', 'relay frobnicate'), false)
  assert.equal(await answers('holdfast', 'node', 'frobnicate'), false)
  assert.equal(await answers('holdfast', 'node', 'relay ls'), true)
})
