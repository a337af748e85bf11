import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesText } from '@holdfast/core/base/amounts'
import { searchHome } from '../story/search/raw-search.ts'
import { treeOf } from '../story/search/tree.ts'
import { converge } from '../story/cast/device.ts'
import { startAll, stopAll } from './cast.ts'
import type { Cast } from './cast.ts'
import { assertHolds } from './check.ts'
import { blobsOf, needlesOfNew } from './raw-store.ts'
import type { RawBlobs } from './raw-store.ts'

const SECRET = '/secret'
const COPIES = 60
const COPY_BYTES = 1 << 20
const RANDOM_BYTES = 3 << 20

/** After `rm --shred`, an exchange and a collection, the bytes are in no raw file of any home. */
export async function shredSteps(cast: Cast): Promise<void> {
  const { checks, pi, laptop, desktop } = cast
  let secret: RawBlobs | undefined

  await checks.step('a folder to be destroyed is on every device', async () => {
    await laptop.goDown()
    const before = await blobsOf(laptop.home)
    await laptop.run('add', await secretFolder(cast), '--to', SECRET)
    // What is new is that folder alone: its manifests, and content that nothing else shares.
    secret = await needlesOfNew(laptop.home, before)
    await laptop.goUp()
    await converge(laptop, desktop)
    await stopAll(cast)
    for (const { home, name } of homes(cast)) {
      const { contents } = await searchHome(home, secret.needles)
      assertHolds(contents === secret.needles.length, `${name} has only ${contents} of ${secret.needles.length} pieces`)
    }
    await startAll(cast)
    return `${secret.blobs} manifests and blobs (${bytesText(secret.bytes)}); all ${secret.needles.length} pieces of them found in the raw files of all three`
  })

  await checks.step('the folder is shredded', async () => {
    const { events } = await laptop.run('rm', '--shred', SECRET, '-f')
    const { files, objects } = events.find(({ type }) => type === 'shredded') as unknown as Record<string, number>
    await converge(laptop, desktop)
    await pi.run('collect', '--now')
    return `${files} files, ${objects} versions; exchanged, and the relay has collected`
  })

  await checks.step('nothing of it is left in any raw file', async () => {
    await stopAll(cast)
    for (const { home, name } of homes(cast)) {
      const { contents, found } = await searchHome(home, secret!.needles)
      const where = [...new Set(found.values())].slice(0, 3).join(', ')
      assertHolds(contents === 0, `${name} still has ${contents} of ${secret!.needles.length} pieces, in ${where}`)
    }
    await startAll(cast)
    return `0 of ${secret!.needles.length} pieces on the relay, the laptop, the desktop`
  })

  await checks.step('everything else is whole on all of them', async () => {
    for (const device of [laptop, desktop]) await device.run('verify')
    const { events } = await pi.run('verify')
    const { damaged } = events.findLast(({ type }) => type === 'verified') as unknown as Record<string, number>
    assertHolds(damaged === 0, `${damaged} damaged on the relay`)
    return 'every entry and every blob hashed again, 0 damaged'
  })
}

/** Copies of files of the folder, whose content is stored already, and one file that nothing is like. */
async function secretFolder({ folder, source }: Cast): Promise<string> {
  const secret = join(folder, 'secret')
  await mkdir(secret)
  await writeFile(join(secret, 'large'), randomBytes(RANDOM_BYTES))
  const fit = (await treeOf(source)).filter(({ kind, sizeBytes }) => kind === 'file' && sizeBytes <= COPY_BYTES)
  for (const [index, { path }] of fit.slice(0, COPIES).entries()) {
    // Some may not be readable; the others will do.
    await copyFile(join(source, path), join(secret, `copy ${index}`)).catch(() => undefined)
  }
  return secret
}

function homes({ pi, laptop, desktop }: Cast): { home: string; name: string }[] {
  return [
    { home: pi.home, name: 'the relay' },
    { home: laptop.home, name: 'the laptop' },
    { home: desktop.home, name: 'the desktop' }
  ]
}
