import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { converge } from '../story/cast/device.ts'
import type { Device } from '../story/cast/device.ts'
import { compareFolders } from '../story/search/compare.ts'
import { DOCS } from './cast.ts'
import type { Cast } from './cast.ts'
import { assertHolds, sizeText } from './check.ts'

const SHARED = '/shared'

/** Renames, moves, creates, deletes and one conflicting edit on both sides while offline, then together again. */
export async function editSteps(cast: Cast): Promise<void> {
  const { checks, pi, laptop, desktop } = cast
  await checks.step('both have a folder to work in', async () => {
    await write(cast, laptop, {
      'report.txt': 'first draft\n',
      'list.txt': 'one\n',
      'old.txt': 'to be deleted\n',
      'plan.txt': 'the plan\n'
    })
    await laptop.run('mkdir', `${SHARED}/attic`)
    await converge(laptop, desktop)
    return `5 things in ${SHARED} on both`
  })

  const [first, second] = await twoFiles(laptop)
  await checks.step('both change names, places and contents while offline', async () => {
    await pi.goDown() // they know no other way to each other
    await write(cast, laptop, { 'report.txt': 'changed on the laptop\n', 'from the laptop.txt': 'new here\n' })
    await laptop.run('mv', `${SHARED}/list.txt`, `${SHARED}/shopping.txt`)
    await laptop.run('rm', `${SHARED}/old.txt`)
    if (first !== undefined) await laptop.run('mv', first, `${SHARED}/moved by the laptop`)
    await write(cast, desktop, { 'report.txt': 'changed on the desktop\n', 'from the desktop.txt': 'new there\n' })
    await desktop.run('mv', `${SHARED}/plan.txt`, `${SHARED}/attic`)
    if (second !== undefined) await desktop.run('rm', second)
    await pi.goUp()
    return `renamed, moved, created, deleted, and both edited ${SHARED}/report.txt`
  })

  await checks.step('together again, both show the same, and no edit is lost', async () => {
    await converge(laptop, desktop)
    const [left, right] = [await written(cast, laptop), await written(cast, desktop)]
    const { files, bytes, different } = await compareFolders(left, right)
    assertHolds(different.length === 0, different.slice(0, 5).join('; '))
    await expectFolder(join(left, SHARED), first !== undefined)
    return `${sizeText(files, bytes)} written out on both: the same`
  })

  await checks.step('the conflict is kept and listed on both', async () => {
    for (const device of [laptop, desktop]) {
      const conflicts = await device.conflicts()
      assertHolds(conflicts.length === 1, `${device.name} lists ${conflicts.length} conflicts`)
      const paths = [conflicts[0]!, ...(conflicts[0]!['others'] as { path: string }[])].map(({ path }) => String(path))
      const texts = await Promise.all(
        paths.map((path) => readFile(join(cast.folder, `out-${device.name}`, path), 'utf8'))
      )
      assertHolds(
        texts.toSorted().join('') === 'changed on the desktop\nchanged on the laptop\n',
        `${device.name} has ${texts.join(' | ')}`
      )
    }
    return 'both contents, each under a name of its own'
  })

  if (second === undefined) return
  await checks.step('what was removed comes back', async () => {
    await laptop.run('restore', second)
    await converge(laptop, desktop)
    const listed = await desktop.run('ls', second)
    assertHolds(
      listed.events.some(({ path }) => path === second),
      `${second} is not there on the desktop`
    )
    return 'removed on the desktop, restored on the laptop, there again on both'
  })
}

/** Two plain files that came from the folder, if it has so many. */
async function twoFiles(device: Device): Promise<(string | undefined)[]> {
  const { events } = await device.run('ls', DOCS, '-R')
  const files = events.filter(({ type, kind }) => type === 'file' && kind === 'file').map(({ path }) => String(path))
  return [files[0], files[1]]
}

async function write(cast: Cast, device: Device, files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(cast.folder, `drafts-${device.name}`)
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await device.run('add', ...Object.keys(files).map((name) => join(folder, name)), '--to', SHARED)
}

async function written(cast: Cast, device: Device): Promise<string> {
  const folder = join(cast.folder, `out-${device.name}`)
  await device.run('get', '/', '-o', folder)
  return folder
}

async function expectFolder(folder: string, moved: boolean): Promise<void> {
  const expected: [string, string | undefined][] = [
    ['shopping.txt', 'one\n'],
    ['list.txt', undefined],
    ['old.txt', undefined],
    ['plan.txt', undefined],
    ['attic/plan.txt', 'the plan\n'],
    ['from the laptop.txt', 'new here\n'],
    ['from the desktop.txt', 'new there\n']
  ]
  for (const [name, text] of expected) {
    const found = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    assertHolds(found === text, `${name}: ${found === undefined ? 'missing' : JSON.stringify(found)}`)
  }
  if (moved) await readFile(join(folder, 'moved by the laptop'))
}
