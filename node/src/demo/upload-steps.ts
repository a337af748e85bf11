import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesText } from '@holdfast/core/base/amounts'
import { ask } from '../story/cast/ask.ts'
import type { JsonEvent } from '../story/process/child.ts'
import { eventOf } from '../story/process/programs.ts'
import { needlesOf } from '../story/search/needles.ts'
import { searchHome } from '../story/search/raw-search.ts'
import { saidBy } from '../story/search/said.ts'
import { treeOf } from '../story/search/tree.ts'
import { DOCS } from './cast.ts'
import type { Cast } from './cast.ts'
import { assertHolds, sizeText } from './check.ts'
import { blobsOf } from './raw-store.ts'

/** The relay is killed after so many blobs, or after a part of them when there are few. */
const KILL_AFTER_BLOBS = 40
const KILL_AFTER_SHARE = 0.2
const RECOVERY_WORDS = 24

/** A relay, an account, the files sealed, sent over a relay that is killed on the way, and what can be read there. */
export async function uploadSteps(cast: Cast): Promise<void> {
  const { checks, pi, laptop } = cast
  await checks.step('the relay is up', async () => `${(await pi.goUp())[0]}`)

  await checks.step('the laptop makes an account', async () => {
    await writeFile(join(cast.folder, 'passphrase.txt'), `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
    const words = await laptop.init()
    assertHolds(words.length === RECOVERY_WORDS, `${words.length} recovery words`)
    await laptop.run('relay', 'add', await pi.invite())
    return `${words.length} recovery words, and one relay by invitation`
  })

  let added: Record<'files' | 'bytes' | 'blobs', number> = { files: 0, bytes: 0, blobs: 0 }
  await checks.step('the files are sealed', async () => {
    const { events } = await laptop.add(cast.source, DOCS, { onEvent: (event) => showAdding(cast, event) })
    for (const path of saidBy(events, DOCS).mayLack) cast.leftOut.add(path)
    added = eventOf({ events }, 'done') as unknown as typeof added
    return `${sizeText(added.files, added.bytes)} in ${added.blobs} blobs; ${cast.leftOut.size} links that lead outside, or unreadable`
  })

  await checks.step('a relay killed in the middle of an upload loses nothing it acknowledged', () =>
    killOnTheWay(cast, added.blobs)
  )

  await checks.step('the relay pins and checks everything', async () => {
    const { pins, blobs, bytes, incomplete } = (await pi.status()) as unknown as Record<string, number>
    const { checked, damaged } = eventOf(await pi.run('verify'), 'verified') as unknown as Record<string, number>
    assertHolds(incomplete === 0 && damaged === 0, `${incomplete} incomplete, ${damaged} damaged`)
    assertHolds(pins! >= added.files && checked! >= blobs!, `${pins} pinned of ${added.files}, ${checked} checked`)
    return `${pins} pinned, ${blobs} blobs (${bytesText(bytes!)}) hashed again, 0 damaged`
  })

  await checks.step('nothing can be read on the disk of the relay', () => searchRelay(cast))
}

async function killOnTheWay(cast: Cast, blobs: number): Promise<string> {
  const { pi, laptop, checks } = cast
  const enough = Math.max(1, Math.min(KILL_AFTER_BLOBS, Math.floor(blobs * KILL_AFTER_SHARE)))
  await laptop.goUp() // it begins to send at once
  const stored = await untilStored(cast, enough)
  await pi.goDown('SIGKILL')
  const survived = await blobsOf(pi.home)
  assertHolds(survived.size >= stored, `${stored} blobs were stored, ${survived.size} are left`)
  await pi.goUp()
  await laptop.sync({
    onEvent: (event) => event.type === 'progress' && checks.progress(`${bytesText(Number(event['sentBytes']))} sent`)
  })
  await pi.goDown()
  const after = await blobsOf(pi.home)
  const lost = [...survived].filter((id) => !after.has(id))
  assertHolds(lost.length === 0, `${lost.length} blobs are gone after the restart`)
  await pi.goUp()
  return `SIGKILL when ${stored} of ${blobs} blobs were acknowledged; ${survived.size} found whole on its disk, the upload went on, ${after.size} in the end`
}

/** As the relay itself counts them: what it counts is durable. */
async function untilStored({ pi }: Cast, enough: number): Promise<number> {
  for (;;) {
    const status = (await ask(pi.home, 'status'))?.find(({ type }) => type === 'status')
    const blobs = Number(status?.['blobs'] ?? 0)
    if (blobs >= enough) return blobs
  }
}

async function searchRelay({ pi, source }: Cast): Promise<string> {
  const needles = await needlesOf(await treeOf(source))
  const contents = needles.filter(({ kind }) => kind === 'content').length
  // The same search where everything is readable: it has to find every piece, or it proves nothing.
  const open = await searchHome(source, needles)
  assertHolds(
    open.contents === contents,
    `the search itself finds only ${open.contents} of ${contents} contents in the folder`
  )
  const { files, bytes, names, contents: readable, found } = await searchHome(pi.home, needles)
  const examples = [...found].slice(0, 3).map(([{ of }, where]) => `${of} in ${where}`)
  assertHolds(
    names + readable === 0,
    `names readable: ${names}, contents readable: ${readable} (${examples.join('; ')})`
  )
  return `${sizeText(files, bytes)} searched for ${needles.length - contents} names and ${contents} contents: names readable 0, contents readable 0 (in the folder itself the same search finds all ${open.contents} contents)`
}

function showAdding({ checks }: Cast, event: JsonEvent): void {
  if (event.type === 'progress')
    checks.progress(`${String(event['files'])} files, ${bytesText(Number(event['bytes']))} sealed`)
}
