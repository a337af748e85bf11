import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe, graph, reach, type Source } from './graph.ts'
import { BELOW_THE_LINK, NOT_IN_CORE, ONE_MEMORY, OWNERS, PLATFORM_MODULES, REACH } from './imports.ts'
import { exists } from './repo.ts'
import { scan } from './scan.ts'

const all = graph()
const shipped = [...all.values()].filter((source) => !source.isTest)
const inCore = shipped.filter((source) => source.path.startsWith('core/'))
const isPlatform = (source: Source): boolean => /\.(?:node|web)\.ts$/.test(source.path)
/** What scenes of tests are made of: no program imports it. */
const isScene = (source: Source): boolean => source.path.includes('/testing/')
const packageOf = (part: string): string => `${part.split('/')[0]}/*`

function mayReach(part: string, target: string): boolean {
  if (part === target) return true
  const allowed = REACH.get(part) ?? REACH.get(packageOf(part)) ?? []
  return allowed.includes(target) || allowed.includes(packageOf(target))
}

function ownersOf(library: string): readonly string[] | undefined {
  return OWNERS.get(library) ?? OWNERS.get(`${library.split('/')[0]}/`)
}

test('no part reaches, through anything it imports, a part the table does not allow it', () => {
  const broken = shipped.flatMap((source) =>
    [...reach(all, source.path, ONE_MEMORY.includes(source.part))]
      .map((path) => all.get(path))
      .filter((target) => target !== undefined && !mayReach(source.part, target.part))
      .map((target) => `${source.path} reaches ${target?.path}`)
  )
  assert.deepEqual(broken, [])
})

test('what is shipped never reaches a test, and tests of core stay in core', () => {
  const broken = [...all.values()].flatMap((source) =>
    [...reach(all, source.path)]
      .filter((path) => path !== source.path)
      .filter((path) =>
        source.isTest ? source.path.startsWith('core/') && !path.startsWith('core/') : all.get(path)?.isTest
      )
      .map((path) => `${source.path} reaches ${path}`)
  )
  assert.deepEqual(broken, [])
})

test('each third-party library is imported by its owner only', () => {
  const broken = shipped.flatMap((source) =>
    source.libraries
      .filter((library) => !ownersOf(library)?.includes(source.part))
      .map((library) => `${source.path} imports ${library}, owned by ${ownersOf(library)?.join(', ') ?? 'nobody'}`)
  )
  assert.deepEqual(broken, [])
})

test('every import names a source that exists, and none is computed where the table could not see it', () => {
  const broken = [...all.values()].flatMap((source) => [
    ...source.unresolved.map((name) => `${source.path}: ${name}`),
    ...(source.computed && !source.isTest ? [`${source.path}: computed import`] : [])
  ])
  assert.deepEqual(broken, [])
})

test('core takes nothing from Node but cryptography and compression, in its platform files', () => {
  const broken = inCore.flatMap((source) =>
    source.builtins
      .filter((name) => !(source.path.endsWith('.node.ts') && PLATFORM_MODULES.includes(name)))
      .map((name) => `${source.path} imports ${name}`)
  )
  assert.deepEqual(broken, [])
})

test('core has no clock, randomness or timer of its own: one seed must drive all of it', () => {
  const broken = inCore
    .filter((source) => !isPlatform(source) && !BELOW_THE_LINK.includes(source.part) && !isScene(source))
    .flatMap((source) =>
      NOT_IN_CORE.filter((pattern) => pattern.test(source.code)).map((pattern) => `${source.path}: ${pattern.source}`)
    )
  assert.deepEqual(broken, [])
})

test('the table names parts that exist or are to come, and owners it knows', () => {
  const parts = [...REACH.keys()].filter((part) => part.startsWith('core/'))
  assert.deepEqual(
    inCore.map((source) => source.part).filter((part) => !parts.includes(part)),
    [],
    'every folder of core has a line in the table'
  )
  assert.ok(exists('core/src/base'))
})

test('the scanner sees every way to import, and nothing in comments, strings and regular expressions', () => {
  const source = [
    "import a, { b as c } from './a.ts'",
    "import type { D } from './d.ts'",
    "import './effect.ts'",
    "export * from './e.ts'",
    "export { f } from 'lib/deep'",
    "const g = await import('./g.ts')",
    "const w = new Worker(new URL('./w.js', import.meta.url))",
    "// import './no.ts'",
    "/* export * from './no.ts' */",
    'const s = "import \'./no.ts\'"',
    "const t = `import './no.ts' ${f(`from './no.ts'`, { h: '}' })} Date.now()`",
    'const r = s.split(/[\'"/*]/)',
    "export const P = () => <p title={t('x')}>that's {a} / {b} <br /> import it</p>",
    'const d = (a + b) / 2 / c',
    "import h from '#last'"
  ].join('\n')
  const found = scan(source)
  assert.deepEqual(found.imports, [
    './a.ts',
    './d.ts',
    './effect.ts',
    './e.ts',
    'lib/deep',
    './g.ts',
    './w.js',
    '#last'
  ])
  assert.ok(!found.code.includes('Date.now'))
  assert.equal(found.computed, false)
  assert.equal(scan('await import(name)').computed, true)
})

test('a relay that imported a secret part by way of another part would be caught', () => {
  const secret = describe('core/src/secret/aead.ts', '')
  const net = { ...describe('node/src/net/x.ts', ''), files: [secret.path] }
  const relay = { ...describe('relay-pi/src/serve/x.ts', ''), files: [net.path] }
  const bad = new Map([secret, net, relay].map((source) => [source.path, source]))
  const reached = [...reach(bad, relay.path)].map((path) => bad.get(path)!.part)
  assert.deepEqual(
    reached.filter((part) => !mayReach(relay.part, part) && part !== relay.part),
    ['core/secret']
  )
  for (const part of ['core/secret', 'core/chunk', 'core/seal', 'core/index', 'core/vault', 'node/home']) {
    assert.ok(!mayReach('relay-pi/serve', part), part)
  }
})

test('a page that imported the vault instead of starting it as a worker would be caught', () => {
  const connect = 'pwa/src/bridge/connect.ts'
  const spawned = { ...describe(connect, ''), files: ['pwa/src/worker/main.ts'], workers: ['pwa/src/worker/main.ts'] }
  const worker = { ...describe('pwa/src/worker/main.ts', ''), files: ['core/src/secret/aead.ts'] }
  const page = { ...describe('pwa/src/app/main.tsx', ''), files: [connect] }
  const parts = (bridge: Source): string[] => {
    const world = new Map(
      [page, bridge, worker, describe('core/src/secret/aead.ts', '')].map((source) => [source.path, source])
    )
    return [...reach(world, page.path, true)]
      .map((path) => world.get(path)!.part)
      .filter((part) => !mayReach('pwa/app', part))
  }
  assert.deepEqual(parts(spawned), [])
  assert.deepEqual(parts({ ...spawned, workers: [] }), ['pwa/worker', 'core/secret'])
})
