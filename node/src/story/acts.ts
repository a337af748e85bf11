import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { bytesText, count } from '@holdfast/core/base/amounts'
import { printable } from '@holdfast/core/base/printable'
import { converge } from './cast/device.ts'
import type { Pi } from './cast/pi.ts'
import { writeNote } from './notes.ts'
import type { JsonEvent } from './process/child.ts'
import { eventOf } from './process/programs.ts'
import { assertHolds, DOCS, NOTES, shown } from './scene.ts'
import type { Scene } from './scene.ts'
import { compareFolders } from './search/compare.ts'
import { saidBy } from './search/said.ts'
import { needlesOf } from './search/needles.ts'
import { searchHome } from './search/raw-search.ts'
import { treeOf } from './search/tree.ts'

/** The first half: one person, two devices, two relays. */

const LIST = 'shopping list for sunday.txt'

export async function openRelays(scene: Scene): Promise<void> {
  const { teller, pi, attic, laptop, stage } = scene
  teller.act(1, 'Two always-on relays, "pi" and "attic"')
  await Promise.all([stage.passphrase, stage.annasPassphrase].map(makePassphrase))
  const relays = [pi, attic].map((relay) => relay.goUp())
  scene.backstage.begin('laptop', laptop.init('--kit', stage.words))
  const at = (await Promise.all(relays)).map(([first = '']) => first.replace(/\/p2p\/.*/, ''))
  teller.fact(`up, each a process of its own, at ${at.join(' and ')}`)
  teller.fact('what they are given they hold, check and pass on; they will be able to read nothing')
}

export async function openAccount(scene: Scene): Promise<void> {
  const { teller, pi, attic, laptop, stage } = scene
  teller.act(2, 'The laptop makes an account')
  const words = (await scene.backstage.awaited('laptop')) as readonly string[]
  teller.fact(`its ${words.length} recovery words are saved in ${shown(stage.words)}`)
  await laptop.goUp()
  for (const relay of [pi, attic]) await laptop.call('relay add', { code: await relay.invite(), kit: stage.words })
  const relays = (await laptop.call('relay ls')).filter(({ type }) => type === 'relay')
  assertHolds(relays.length === 2 && relays[0]!['copies'] === 2, 'The account does not name two relays for two copies.')
  teller.fact('it names both relays, each by an invitation that can be used once: every piece is to be kept twice')
  scene.backstage.begin('anna', prepareAnna(scene)) // nothing waits for her for a while
}

/** An account of her own, on a relay that the laptop's account uses too. */
async function prepareAnna({ anna, attic, stage }: Scene): Promise<void> {
  await anna.init('--kit', stage.annasWords)
  await anna.goUp()
  await anna.call('relay add', { code: await attic.invite(), kit: stage.annasWords })
}

export async function sealFiles({ teller, laptop, source }: Scene): Promise<void> {
  teller.act(3, `The laptop seals ${shown(source)}`)
  const onEvent = (event: JsonEvent): void => {
    if (event.type === 'failed')
      teller.fact(`left out: ${printable(String(event['path']))}: ${String(event['message'])}`)
    if (event.type === 'progress') teller.progress(transferText('sealed', event))
  }
  const answer = await laptop.answer('add', { paths: [source], to: DOCS }, onEvent)
  if (answer.failure !== undefined && answer.failure.code !== 'PARTLY_DONE') throw answer.failure
  const { files, bytes, blobs } = eventOf(answer, 'done') as unknown as Record<'files' | 'bytes' | 'blobs', number>
  teller.held(`${count(files, 'file')}, ${bytesText(bytes)}, cut and sealed into ${count(blobs, 'blob')} of ciphertext`)
  await laptop.sync({
    onEvent: (event) => event.type === 'progress' && teller.progress(`${bytesText(Number(event['sentBytes']))} sent`)
  })
}

export async function checkRelays({ teller, pi, attic, source }: Scene): Promise<void> {
  teller.act(4, 'What do the two relays have?')
  const needles = await needlesOf(await treeOf(source))
  const names = needles.filter(({ kind }) => kind === 'name').length
  for (const relay of [pi, attic]) await checkHoldings(relay, teller)
  const searched = [await searchHome(pi.home, needles), await searchHome(attic.home, needles)]
  const sum = (key: 'files' | 'bytes' | 'names' | 'contents'): number =>
    searched.reduce((total, found) => total + found[key], 0)
  assertHolds(sum('names') + sum('contents') === 0, 'Something can be read on the disk of a relay!')
  teller.fact(
    `the whole disk of both (${count(sum('files'), 'file')}, ${bytesText(sum('bytes'))}) searched for ${names} names and ${needles.length - names} contents`
  )
  teller.held(teller.paint('bold', `names readable: ${sum('names')}, contents readable: ${sum('contents')}`))
}

async function checkHoldings(relay: Pi, teller: Scene['teller']): Promise<void> {
  const { pins, blobs, bytes, incomplete } = (await relay.status()) as unknown as Record<string, number>
  const { damaged } = await relay.verify()
  assertHolds(incomplete === 0 && damaged === 0, `The ${relay.name} does not hold everything whole.`)
  teller.held(
    `${relay.name.padEnd(5)} ${count(pins!, 'file')} pinned, ${count(blobs!, 'blob')} (${bytesText(bytes!)}), every one hashed again: all whole`
  )
}

export async function pairDevice({ teller, laptop, desktop, stage, source }: Scene): Promise<void> {
  teller.act(5, 'A second device, while the laptop is away')
  const { here, there } = await desktop.join(laptop)
  assertHolds(here === there && here.split(' ').length === 4, 'The two devices do not show the same four words.')
  teller.held(`paired by a link; both showed the same four words: ${here}`)
  await writeNote(laptop, stage, LIST, 'bread\n')
  await laptop.sync()
  await laptop.goDown()
  teller.fact(`the laptop writes ${NOTES}/${LIST}, and goes offline`)
  await desktop.goUp()
  await desktop.sync({
    onEvent: (event) =>
      event.type === 'progress' && teller.progress(`${bytesText(Number(event['receivedBytes']))} came`)
  })
  teller.fact('everything comes from the relays, and is opened with keys that they never saw')
  const events = await desktop.call('get', { paths: [DOCS], out: stage.received, contents: true })
  const { files, bytes, different } = await compareFolders(source, stage.received, saidBy(events, DOCS))
  assertHolds(different.length === 0, `Not the same: ${different.slice(0, 5).join(', ')}`)
  teller.held(`${count(files, 'file')}, ${bytesText(bytes)}: byte for byte what the laptop has`)
}

export async function editBoth({ teller, laptop, desktop, stage }: Scene): Promise<void> {
  teller.act(6, 'Both change the same file, each without the other')
  await desktop.goDown()
  await Promise.all([
    writeNote(laptop, stage, LIST, 'bread\nfour apples\n'),
    writeNote(desktop, stage, LIST, 'bread\na kite\n')
  ])
  teller.fact('both offline, the laptop writes "four apples" on that list and the desktop "a kite"')
  await Promise.all([laptop.goUp(), desktop.goUp()])
  await converge(laptop, desktop)
  teller.held('both come back: after one exchange both show the same')
  const listed = await Promise.all([laptop.conflicts(), desktop.conflicts()])
  assertHolds(
    listed.every((conflicts) => conflicts.length === 1),
    'The conflict is not listed on both devices.'
  )
  teller.held('nothing is lost: both contents are kept, and listed on both devices')
  const [conflict] = listed[0]!
  for (const { path } of [conflict!, ...(conflict!['others'] as JsonEvent[])]) teller.detail(printable(String(path)))
}

function makePassphrase(path: string): Promise<void> {
  return writeFile(path, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
}

function transferText(verb: string, event: JsonEvent): string {
  return `${count(Number(event['files']), 'file')}, ${bytesText(Number(event['bytes']))} ${verb}  ${printable(String(event['path']))}`
}
