// What the documents name must exist and answer.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ERRORS } from '@holdfast/core/base/errors'
import { DERIVE, HPKE, SIGN } from '@holdfast/core/base/labels'
import { holdfast } from '@holdfast/node/cli/program'
import type { Command } from '@holdfast/node/term/args'
import { holdfastRelay } from '@holdfast/relay-pi/cli/program'
import { exists, manifest, PACKAGES, read, root } from './repo.ts'
import { codeIn, commandsIn, linksIn, npmScriptsIn, pathsIn } from './words.ts'

const run = promisify(execFile)
const scripts = manifest('').scripts ?? {}
const named = ['README.md', 'ARCHITECTURE.md', 'FORMAT.md', 'THREATS.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
const inDocs = exists('docs') ? readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')) : []
const documents = [...named.filter(exists), ...inDocs.map((name) => `docs/${name}`)]
const programs: readonly (readonly [string, string, Command])[] = [
  ['holdfast', 'node', holdfast().program],
  ['holdfast-relay', 'relay-pi', holdfastRelay().program]
]

/** The help of a group stands in for a command it does not have, so the whole command must be in the usage. */
function answers(program: Command, command: string): boolean {
  const words = wordsOf(command)
  return helpOf(program, words)
    .replaceAll('\n', ' ')
    .includes(`Usage: ${[program.name(), ...words].join(' ')} `)
}

/** What `--help` after these words shows; asked here, because a process for each command costs more than all of these tests. */
function helpOf(program: Command, words: readonly string[]): string {
  const command = words.reduce(
    (group, word) => group.commands.find((one) => one.name() === word || one.aliases().includes(word)) ?? group,
    program
  )
  let shown = ''
  command.configureOutput({ writeOut: (text) => void (shown += text), getOutHelpWidth: () => WIDTH })
  command.outputHelp()
  return shown
}

/** Of a help that goes to no terminal. */
const WIDTH = 80

const wordsOf = (command: string): string[] => command.split(' ').filter((word) => word !== '')

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

for (const [name, , program] of programs)
  test(`every ${name} command that documents and remedies name answers --help`, () => {
    const texts = [...documents.map(read), ...Object.values(ERRORS).map(({ remedy }) => remedy)]
    const commands = new Set(texts.flatMap((text) => codeIn(text).flatMap((code) => commandsIn(code, name))))
    assert.ok(commands.size > 1, 'the documents name commands')
    for (const command of commands) assert.ok(answers(program, command), `${name} ${command} --help`)
  })

test('a command that does not exist is not taken for one that its group helps with', () => {
  const [[, , program]] = programs as [(typeof programs)[0]]
  assert.equal(answers(program, 'relay frobnicate'), false)
  assert.equal(answers(program, 'frobnicate'), false)
  assert.equal(answers(program, 'relay ls'), true)
})

test('the programs themselves, started, show the help that was asked here', async () => {
  for (const [name, folder, program] of programs)
    for (const command of STARTED[name]!) {
      const words = wordsOf(command)
      const { stdout } = await run(process.execPath, [`${folder}/bin/${name}.js`, ...words, '--help'], { cwd: root })
      assert.equal(stdout, helpOf(program, words), `${name} ${command}`)
    }
})

/** What there is, a group, what a group does not have, and the command with the most to say. */
const STARTED: Readonly<Record<string, readonly string[]>> = {
  holdfast: ['', 'relay', 'relay frobnicate'],
  'holdfast-relay': ['frobnicate', 'serve']
}
