// Test files that share a process: starting one and loading the libraries cost more than most files' tests.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inRoot, root } from './house.mjs'

// What starts programs, a browser or whole worlds has most of its time there; what it leaves behind ends with its process.
const ALONE = /^test\/dist\/(browser|e2e|sim|model)\/|\.(e2e|long)\.test\.js$/
const AT_MOST = 12

/** What stands before a file's tests in the results of a process; a test's own place may be a suite that several files run. */
export const MARK = 'file: '

/** The files in the groups that run in one process each; a group of one runs as it is. */
export function grouped(files) {
  const groups = []
  let open
  for (const file of files) {
    const path = relative(root, file).replaceAll('\\', '/')
    const of = path.split('/')[0]
    if (ALONE.test(path)) groups.push([file])
    else if (open === undefined || open.of !== of || open.files.length === AT_MOST) {
      open = { of, files: [file] }
      groups.push(open.files)
    } else open.files.push(file)
  }
  return groups
}

// Ours that waits while it is loaded comes first, so that each file's own turn is one turn.
const OPENING = [
  "import { test } from 'node:test'",
  "import { gate } from './gate.js'",
  `import ${JSON.stringify(pathToFileURL(inRoot('core', 'dist', 'proof', 'platform.node.js')).href)}`
]

/** Writes the modules that import each group's files, one after the other. Returns the path of a group's module. */
export function writeGroups(groups) {
  // Its own: another run of tests may be under way in this checkout.
  const folder = inRoot('test', 'dist', 'together', String(process.pid))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'gate.js'), 'export const gate = {}')
  writeFileSync(join(folder, 'turn.js'), "import { gate } from './gate.js'\nsetImmediate(gate.open)")
  const written = new Map()
  groups.forEach((files, at) => {
    const path = join(folder, `${at}.js`)
    const parts = files.map((file, part) => importing(folder, `${at}-${part}.js`, file))
    writeFileSync(path, [...OPENING, ...parts].join('\n'))
    written.set(files, path)
  })
  return (files) => written.get(files)
}

/**
 * The lines that load one file. The mark before its tests ends a turn after the file was run, because a test that begins
 * at once finds half of its file not there yet; not when the file is loaded, because one may wait for its own tests. A
 * file that cannot be loaded fails under its own name and keeps none of the others from running.
 */
function importing(folder, part, file) {
  const imports = [`./turn.js?${part}`, pathToFileURL(file).href].map((from) => `import ${JSON.stringify(from)}`)
  writeFileSync(join(folder, part), imports.join('\n'))
  return `{
  const turned = new Promise((open) => (gate.open = open))
  test(${JSON.stringify(MARK + file)}, () => turned)
  await import('./${part}').catch((error) => {
    gate.open()
    test('the file loads', () => { throw error })
  })
}`
}
