import assert from 'node:assert/strict'
import { once } from 'node:events'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { initHome } from '@holdfast/node/home/open'
import { OWN_NAMES } from '@holdfast/node/folder/own-names'
import { linesOf, startChild } from '../conformance/child.ts'
import { Rng } from '../sim/rng.ts'

export const FILES = 5

/** Each round looks at all that came before it: what a folder has been through is bounded, so that many kills take no longer each. */
const KILLS_A_FOLDER = 30

/** So many kills, a new folder and home after every few. */
export async function killedRounds(kills: number, seed: number): Promise<void> {
  const rng = new Rng(seed)
  for (let left = kills; left > 0; left -= KILLS_A_FOLDER) await inOneFolder(Math.min(left, KILLS_A_FOLDER), rng, seed)
}

/** Rounds of one folder, each ended by a kill at a drawn moment of a pass; the next process must find everything, whole and once. */
async function inOneFolder(kills: number, rng: Rng, seed: number): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'holdfast-killed-'))
  const [home, folder] = [join(place, 'home'), join(place, 'folder')]
  await (await initHome(home, { name: 'laptop', passphrase: 'correct horse', storeCredentials: true })).home.close()
  const run = async (round: number, changes: number): Promise<{ lines: string[]; signal: unknown }> => {
    const child = startChild('../folder/killed-child', [home, folder, String(round), String(changes)])
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    const lines = await linesOf(child, () => false)
    const [status, signal] = await ended
    assert.ok(signal === 'SIGKILL' || status === 0, `seed ${seed}, round ${round}, killed after ${changes}: failed`)
    return { lines, signal }
  }
  const first = await run(0, Number.MAX_SAFE_INTEGER)
  const all = Number(first.lines.at(-1)!.slice('done '.length))
  let round = 1
  for (let killed = 0; killed < kills; ) {
    const { lines, signal } = await run(round, Math.floor((rng.next() / 2 ** 32) * all))
    if (signal !== null) killed++
    if (lines.includes('recovered')) round++
  }
  await run(round, Number.MAX_SAFE_INTEGER)
  rmSync(place, { recursive: true })
}

/** What the folder holds when so many rounds were done: contents by path, folders empty. */
export function expectedAfter(round: number): Map<string, string> {
  const all: [string, string][] = []
  for (let at = 0; at <= round; at++)
    for (const [now, then, gone] of [
      ['disk', 'moved', 0],
      ['vault', 'gone', 1]
    ] as const) {
      const folder = `${at === round ? now : then} ${at}`
      all.push([folder, ''])
      for (let file = 0; file < FILES; file++)
        if (at > round - 2 || file !== gone) all.push([`${folder}/${file}`, contentOf(at, file)])
    }
  if (round >= 0) all.push(['turns', `turn ${round}`], ['steady', `steady ${round}`])
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** One of them is larger than what lies in one piece. */
export function contentOf(round: number, file: number): string {
  return `${round} ${file} `.repeat(file === 3 ? 40_000 : 50)
}

export function treeOf(root: string): Record<string, string> {
  const found: [string, string][] = []
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(root, folder))) {
      if (folder === '' && OWN_NAMES.has(name)) {
        assert.notEqual(name, '.holdfast-tmp', 'left over')
        continue
      }
      const path = folder === '' ? name : `${folder}/${name}`
      const isFolder = lstatSync(join(root, path)).isDirectory()
      found.push([path, isFolder ? '' : readFileSync(join(root, path), 'utf8')])
      if (isFolder) walk(path)
    }
  }
  walk('')
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}
