// Each thing that can be wrong has a check, and each check that finds something says what to do.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { FolderState, KeptFolder } from '../folder/kept-folder.ts'
import { FINDINGS, inOrder, type Check } from './check.ts'
import { folderChecks } from './folders.ts'
import { copiesCheck, kitCheck, portCheck, verifiedCheck } from './home.ts'
import { localChecks } from './local.ts'
import type { Answer, Machine } from './machine.ts'
import { almostFull, likelyCause, noRelay } from './relays.ts'

const WELL: Machine = {
  nowMs: () => Date.UTC(2027, 1, 1),
  disk: async () => ({ freeBytes: 2 ** 40, totalBytes: 2 ** 41 }),
  mostWatches: async () => 8192,
  probe: async () => 'answers'
}
const codesOn = async (machine: Partial<Machine>, folders = 100): Promise<unknown[]> =>
  inOrder(await localChecks({ ...WELL, ...machine }, '/', folders)).flatMap(({ state, code }) =>
    code === undefined ? [] : [[state, code]]
  )

test('a wrong clock, a full disk and too few watches each have their code', async () => {
  assert.deepEqual(await codesOn({}), [])
  assert.deepEqual(await codesOn({ nowMs: () => 0 }), [['error', 'CLOCK_WRONG']])
  const disk = (freeBytes: number): Partial<Machine> => ({ disk: async () => ({ freeBytes, totalBytes: 2 ** 41 }) })
  assert.deepEqual(await codesOn(disk(2 ** 28)), [['warning', 'DISK_LOW']])
  assert.deepEqual(await codesOn(disk(1000)), [['error', 'STORE_FULL']])
  assert.deepEqual(await codesOn({}, 8000), [['warning', 'WATCHES_LOW']])
  assert.deepEqual(await codesOn({ ...disk(2 ** 28) }, 9000), [
    ['error', 'WATCHES_LOW'],
    ['warning', 'DISK_LOW']
  ])
})

test('why a relay does not answer is told by the address that says most', async () => {
  const codeFor = async (...answers: Answer[]): Promise<unknown> => {
    const left = [...answers]
    const probe: Machine['probe'] = async () => left.shift()!
    const addresses = [...answers.map((_, i) => `/ip4/10.0.0.${i}/tcp/4257`), '/ip4/1.2.3.4/udp/1/webrtc-direct']
    return (await likelyCause(addresses, { ...WELL, probe })).code
  }
  assert.equal(await codeFor('silent', 'refused'), 'RELAY_DOWN')
  assert.equal(await codeFor('silent', 'unknown name'), 'RELAY_UNREACHABLE')
  assert.equal(await codeFor('unknown name'), 'NAME_UNKNOWN')
  assert.equal(await codeFor('refused', 'answers'), 'RELAY_SILENT')
  assert.equal(await codeFor(), 'RELAY_UNREACHABLE')
})

test('one copy, no port, nothing verified, words never tried, a relay that fills: each is told with what to do, and no more when it is well', () => {
  const none = { files: 0, paths: [] }
  const some = { files: 5, paths: [['a'], ['b', 'c'], ['d'], ['e']] }
  const DAY_MS = 86_400_000
  const pairs: [string, Check[], Check[]][] = [
    [
      'ONE_COPY',
      [copiesCheck({ onlyHere: none, couldDie: some, unreachable: none })],
      [copiesCheck({ onlyHere: none, couldDie: none, unreachable: none })]
    ],
    ['NOT_HERE', [copiesCheck({ onlyHere: some, couldDie: none, unreachable: some })], []],
    [
      'NOT_LISTENING',
      [portCheck({ addresses: 0, relays: 0 })],
      [portCheck({ addresses: 1, relays: 0 }), portCheck({ addresses: 0, relays: 1 })]
    ],
    [
      'NOT_VERIFIED_LATELY',
      [
        verifiedCheck({ files: 1, daysSeen: 7 }, undefined, 0),
        verifiedCheck({ files: 1, daysSeen: 1 }, 1, 61 * DAY_MS)
      ],
      [
        verifiedCheck({ files: 0, daysSeen: 99 }, undefined, 0),
        verifiedCheck({ files: 1, daysSeen: 6 }, undefined, 0),
        verifiedCheck({ files: 1, daysSeen: 99 }, 1, 59 * DAY_MS)
      ]
    ],
    ['KIT_NEVER_TESTED', [kitCheck(undefined, 0)], [kitCheck(1, 1000 * DAY_MS)]],
    [
      'QUOTA_LOW',
      almostFull('pi', { usedBytes: 95, quotaBytes: 100 }),
      [
        ...almostFull('pi', { usedBytes: 80, quotaBytes: 100 }),
        ...almostFull('pi', { usedBytes: 95, quotaBytes: 0 }),
        ...almostFull('pi', undefined)
      ]
    ],
    ['NO_RELAY', [noRelay()], []]
  ]
  for (const [code, wrong, well] of pairs) {
    assert.ok(wrong.length > 0, code)
    for (const check of wrong) {
      assert.deepEqual([check.code, check.state], [code, 'warning'])
      assert.ok(check.message.length > 0 && check.remedy!.length > 0, code)
    }
    assert.deepEqual(
      well.map(({ state }) => state),
      well.map(() => 'ok')
    )
  }
  const [told] = pairs[0]![1]
  assert.match(told!.message, /5 files \(\/a, \/b\/c, \/d …\)/)
})

test('a folder that stopped, what in it is out of step for each reason, and one that is not watched are told', () => {
  const codesOf = (state: Partial<FolderState>, isUnwatched = false): unknown[] => {
    const folder = { state, record: { path: '/f' }, look: () => undefined, renamed: () => [] } as unknown as KeptFolder
    const checks = folderChecks({ list: () => [folder], unwatched: () => (isUnwatched ? [folder] : []) })
    assert.ok(checks.every(({ about, state: how, remedy }) => about === '/f' && (how === 'ok' || remedy !== undefined)))
    return checks.map(({ state: how, code }) => [how, code])
  }
  const report = { failed: new Map(), waiting: 0 } as unknown as FolderState['report'] & object
  assert.deepEqual(codesOf({ report }), [['ok', undefined]])
  assert.deepEqual(codesOf({ code: 'FOLDER_GONE' }), [['error', 'FOLDER_GONE']])
  assert.deepEqual(codesOf({ report }, true), [['warning', 'WATCHES_LOW']])
  const failed = new Map([
    ['a', 'FILE_UNREADABLE'],
    ['b', 'NAME_NOT_ALLOWED'],
    ['c', 'FILE_UNREADABLE']
  ] as const)
  assert.deepEqual(codesOf({ report: { ...report, failed } }), [
    ['warning', 'FILE_UNREADABLE'],
    ['warning', 'NAME_NOT_ALLOWED']
  ])
})

test('docs/json.md names every code that doctor gives', () => {
  const text = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8')
  const section = text.slice(text.indexOf('## `holdfast doctor`')).split('\n## ')[0]!
  assert.deepEqual(
    Object.keys(FINDINGS).filter((code) => !section.includes(`\`${code}\``)),
    []
  )
})
