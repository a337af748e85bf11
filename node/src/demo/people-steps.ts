import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesText } from '@holdfast/core/base/amounts'
import type { Device } from '../story/cast/device.ts'
import { meet } from '../story/cast/meet.ts'
import type { JsonEvent } from '../story/process/child.ts'
import { eventOf } from '../story/process/programs.ts'
import { compareFolders } from '../story/search/compare.ts'
import { until } from '../story/until.ts'
import { DOCS } from './cast.ts'
import type { Cast } from './cast.ts'
import { assertHolds, sizeText } from './check.ts'

const ANNA = 'Anna'
/** Where an invitation puts it. */
const HERS = `/shared${DOCS}`
const BOTH = 'written by both.txt'

/** Somebody else gets the folder, works in it, is written to, and is put out again. */
export async function peopleSteps(cast: Cast): Promise<void> {
  const { checks, laptop, desktop, anna, attic } = cast
  await checks.step('a second person, at the second relay, and the twelve words', async () => {
    await anna.init()
    await anna.goUp()
    await anna.call('relay add', { code: await attic.invite() })
    return `both see: ${await meet([laptop, 'Ben'], [anna, ANNA])}`
  })

  await checks.step('the folder is shared while they are offline, and got while its owner is', async () => {
    await anna.goDown()
    const before = await attic.status()
    const shared = eventOf({ events: await laptop.call('share', { path: DOCS, with: ANNA, role: 'writer' }) }, 'shared')
    assertHolds(shared['delivered'] === true, 'the invitation does not wait at her relay')
    await laptop.sync()
    const after = await attic.status()
    const sent = Number(after['bytes']) - Number(before['bytes'])
    assertHolds(sent === 0, `${bytesText(sent)} were uploaded again`)
    await Promise.all([laptop.goDown(), desktop.goDown()])
    await anna.goUp()
    await accept(anna)
    const { missing } = await anna.sync()
    assertHolds(missing === 0, `${String(missing)} blobs are missing`)
    await laptop.goUp()
    const { files, bytes } = await compareWith(cast)
    return `${String(shared['files'])} files linked, nothing uploaded again; ${sizeText(files, bytes)}: the same`
  })

  await checks.step('edits by both converge, and no edit is lost', async () => {
    await put(cast, laptop, DOCS, { [BOTH]: 'by the owner first\n' })
    await converged(laptop, anna)
    await anna.goDown()
    await put(cast, laptop, DOCS, { [BOTH]: 'by the owner\n', 'from the owner.txt': 'for anna\n' })
    await laptop.sync()
    await laptop.goDown()
    await put(cast, anna, HERS, { [BOTH]: 'by anna\n', 'from anna.txt': 'for the owner\n' })
    await Promise.all([laptop.goUp(), anna.goUp()])
    await converged(laptop, anna)
    const { files, bytes } = await compareWith(cast)
    const conflicts = await Promise.all([laptop, anna].map((device) => conflictsIn(device)))
    assertHolds(conflicts.join() === '1,1', `${conflicts.join(' and ')} conflicts are listed`)
    return `${sizeText(files, bytes)} written out by both: the same; what both wrote is kept twice and listed`
  })

  await checks.step('messages arrive exactly once and in order', () => talk(cast))

  await checks.step('who is put out gets nothing new, and keeps what they had', async () => {
    const had = await names(anna, HERS)
    await laptop.call('unshare', { path: DOCS, with: ANNA })
    await put(cast, laptop, DOCS, { 'not for anna.txt': 'after she was put out\n' })
    await laptop.sync()
    await anna.call('sync').catch(() => undefined) // nobody need give her anything
    const has = await names(anna, HERS)
    assertHolds(has.join('\n') === had.join('\n'), `she has ${has.length} things, and had ${had.length}`)
    assertHolds((await names(laptop, DOCS)).includes('not for anna.txt'), 'the owner lacks the new file')
    await desktop.goUp()
    await converged(laptop, desktop, DOCS)
    const out = join(cast.folder, 'out-kept')
    await anna.goDown()
    await anna.run('get', HERS, '-o', out)
    return `${had.length} things before and after, all still to be read; the new file is on the owner's devices alone`
  })
}

async function talk(cast: Cast): Promise<string> {
  const { laptop, anna } = cast
  const waiting = ['one', 'two', 'three', 'four', 'five']
  await anna.goDown()
  for (const text of waiting) await laptop.call('say', { to: ANNA, text })
  await laptop.sync()
  await anna.goUp()
  const heard: string[] = []
  const listen = async (count: number): Promise<true | undefined> => {
    const said = (await anna.call('inbox')).filter(({ type }) => type === 'message')
    heard.push(...said.map(({ text }) => String(text).trimEnd()))
    return heard.length >= count ? true : undefined
  }
  await until('the messages that waited', () => listen(waiting.length))
  await laptop.call('say', { to: ANNA, text: 'six' })
  await until('the message while she is there', () => listen(waiting.length + 1))
  await Promise.all([laptop.sync(), anna.sync()])
  await listen(0)
  assertHolds(heard.join() === [...waiting, 'six'].join(), `heard: ${heard.join()}`)
  const shown = await anna.call('conversations show', { conversation: 'Ben' })
  const texts = shown.filter(({ type }) => type === 'message').map(({ text }) => String(text).trimEnd())
  assertHolds(texts.join() === heard.join(), `shown: ${texts.join()}`)
  return `${heard.length} messages, five of them said while she was offline: ${heard.join(', ')}`
}

async function accept(anna: Device): Promise<void> {
  const { id } = await until('the invitation', async () =>
    (await anna.call('invites')).find(({ type }) => type === 'invite')
  )
  const { path } = eventOf({ events: await anna.call('accept', { id }) }, 'accepted')
  assertHolds(path === HERS, `it stands at ${String(path)}`)
}

/** What both write out of the folder, compared. */
async function compareWith({ laptop, anna, folder }: Cast): Promise<{ files: number; bytes: number }> {
  const [left, right] = [join(folder, 'out-owner'), join(folder, 'out-anna')]
  await Promise.all([
    laptop.call('get', { paths: [DOCS], out: left, contents: true }),
    anna.call('get', { paths: [HERS], out: right, contents: true })
  ])
  const { files, bytes, different } = await compareFolders(left, right)
  assertHolds(different.length === 0, different.slice(0, 5).join('; '))
  await Promise.all([left, right].map((path) => rm(path, { recursive: true })))
  return { files, bytes }
}

async function put(cast: Cast, device: Device, to: string, files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(cast.folder, `for-${device.name}`)
  await mkdir(folder, { recursive: true })
  const paths = Object.keys(files).map((name) => join(folder, name))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  if (device.isUp) await device.call('add', { paths, to })
  else await device.run('add', ...paths, '--to', to)
}

async function names(device: Device, folder: string): Promise<string[]> {
  const listed = (await device.call('ls', { path: folder, recursive: true })).filter(({ type }) => type === 'file')
  return listed.map(({ path }) => String(path).slice(folder.length + 1)).sort()
}

async function converged(laptop: Device, other: Device, at = HERS): Promise<void> {
  await until('both to show the same', async () => {
    await laptop.sync()
    await other.sync()
    const [left, right] = [await names(laptop, DOCS), await names(other, at)]
    return left.join('\n') === right.join('\n') ? true : undefined
  })
}

async function conflictsIn(device: Device): Promise<number> {
  const isOurs = ({ path }: JsonEvent): boolean => String(path).endsWith(BOTH)
  return (await device.conflicts()).filter(isOurs).length
}
