import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graph } from './graph.ts'
import { exists, manifest, PACKAGES, read } from './repo.ts'

const rootManifest = manifest('')
const runtime = rootManifest.dependencies ?? {}
// Needed to build and therefore to run from a clone, but imported by nobody.
const TOOLS = ['typescript', '@types/node', 'rolldown']

const outside = (folder: string): [string, string][] =>
  Object.entries(manifest(folder).dependencies ?? {}).filter(([name]) => !name.startsWith('@holdfast/'))

test('every version is exact: an install today and one next year get the same code', () => {
  for (const folder of ['', ...PACKAGES]) {
    const { dependencies = {}, devDependencies = {} } = manifest(folder)
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${folder || 'root'}: ${name}`)
    }
  }
})

test('root and workspaces name the same libraries with the same versions, and the lockfile agrees', () => {
  const owned = new Map(PACKAGES.flatMap((name) => outside(name)))
  for (const folder of PACKAGES) {
    for (const [name, version] of outside(folder)) assert.equal(runtime[name], version, `${folder}: ${name}`)
  }
  assert.deepEqual(
    Object.keys(runtime).filter((name) => !owned.has(name) && !TOOLS.includes(name)),
    []
  )
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> }
  for (const [name, version] of Object.entries(runtime)) {
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name)
  }
})

test('a package declares every library that its sources import', () => {
  for (const source of graph().values()) {
    const own = manifest(source.path.split('/')[0] ?? '').dependencies ?? {}
    const known = source.isTest ? { ...runtime, ...rootManifest.devDependencies } : own
    for (const library of source.libraries) assert.ok(library in known, `${source.path}: ${library}`)
  }
})

test('every package is private, MIT and for Node 20.19 or newer', () => {
  for (const folder of ['', ...PACKAGES]) {
    const { private: isPrivate, license, engines } = manifest(folder)
    assert.deepEqual({ isPrivate, license, node: engines?.node }, { isPrivate: true, license: 'MIT', node: '>=20.19' })
  }
  assert.ok(read('LICENSE').startsWith('MIT License'))
})

test('docs/decisions.md says of every runtime dependency why it is there', () => {
  assert.ok(exists('docs/decisions.md'))
  const rows = read('docs/decisions.md').split('\n')
  const missing = Object.keys(runtime).filter((name) => !rows.some((row) => row.startsWith(`| \`${name}\``)))
  assert.deepEqual(missing, [])
})
