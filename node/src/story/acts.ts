import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { bytesText, count } from '../term/format.ts'
import { printable } from '../term/escape.ts'
import { converge } from './cast/device.ts'
import type { Device } from './cast/device.ts'
import type { Pi } from './cast/pi.ts'
import type { JsonEvent } from './process/child.ts'
import { eventOf, ROOT } from './process/programs.ts'
import { compareFolders } from './search/compare.ts'
import { saidBy } from './search/said.ts'
import { needlesOf } from './search/needles.ts'
import { searchHome } from './search/raw-search.ts'
import { treeOf } from './search/tree.ts'
import type { Stage } from './stage.ts'
import type { Teller } from './teller.ts'

export interface Scene {
  readonly stage: Stage
  readonly teller: Teller
  readonly pi: Pi
  readonly laptop: Device
  readonly desktop: Device
  /** Whose files are told about. */
  readonly source: string
}

/** Where they go in the vault. */
const DOCS = '/docs'
const NOTE = 'shopping list for sunday.txt'

export async function openRelay({ teller, pi }: Scene): Promise<void> {
  teller.act(1, 'An always-on relay, "pi"')
  const [first = ''] = await pi.goUp()
  teller.fact(
    `up, a process of its own at ${first.replace(/\/p2p\/.*/, '')}; it will hold everything and be able to read nothing`
  )
}

export async function openAccount({ teller, pi, laptop, stage }: Scene): Promise<void> {
  teller.act(2, 'The laptop makes an account')
  await writeFile(stage.passphrase, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
  const words = await laptop.init('--kit', stage.words)
  teller.fact(`its ${words.length} recovery words are saved in ${shown(stage.words)}`)
  const [code] = await Promise.all([pi.invite(), laptop.goUp()])
  await laptop.run('relay', 'add', code, '--kit', stage.words)
  teller.fact('the pi takes it in, by an invitation that can be used once')
}

export async function sealFiles({ teller, laptop, source }: Scene): Promise<void> {
  teller.act(3, `The laptop seals ${shown(source)}`)
  const onEvent = (event: JsonEvent): void => {
    if (event.type === 'failed')
      teller.fact(`left out: ${printable(String(event['path']))}: ${String(event['message'])}`)
    if (event.type === 'progress') teller.progress(transferText('sealed', event))
  }
  const added = eventOf(await laptop.add(source, DOCS, { onEvent }), 'done')
  const { files, bytes, blobs } = added as unknown as Record<'files' | 'bytes' | 'blobs', number>
  teller.held(`${count(files, 'file')}, ${bytesText(bytes)}, cut and sealed into ${count(blobs, 'blob')} of ciphertext`)
  await laptop.sync({
    onEvent: (event) => event.type === 'progress' && teller.progress(`${bytesText(Number(event['sentBytes']))} sent`)
  })
}

export async function checkRelay({ teller, pi, source }: Scene): Promise<void> {
  teller.act(4, 'What does the pi have?')
  const { pins, blobs, bytes, incomplete } = (await pi.status()) as unknown as Record<string, number>
  const { damaged } = eventOf(await pi.run('verify'), 'verified')
  assertHolds(incomplete === 0 && damaged === 0, 'The pi does not hold everything whole.')
  teller.held(
    `${count(pins!, 'file')} pinned, ${count(blobs!, 'blob')} (${bytesText(bytes!)}), every one hashed again: all whole`
  )
  const needles = await needlesOf(await treeOf(source))
  const names = needles.filter(({ kind }) => kind === 'name').length
  const found = await searchHome(pi.home, needles)
  assertHolds(found.names + found.contents === 0, 'Something can be read on the disk of the pi!')
  teller.fact(
    `its whole disk (${count(found.files, 'file')}, ${bytesText(found.bytes)}) searched for ${names} names and ${needles.length - names} contents`
  )
  teller.held(teller.paint('bold', `names readable: ${found.names}, contents readable: ${found.contents}`))
}

export async function pairDevice({ teller, laptop, desktop, stage, source }: Scene): Promise<void> {
  teller.act(5, 'A second device, while the laptop is away')
  const { here, there } = await desktop.join(laptop)
  assertHolds(here === there && here.split(' ').length === 4, 'The two devices do not show the same four words.')
  teller.held(`paired by a link; both showed the same four words: ${here}`)
  await laptop.goDown()
  teller.fact('the laptop goes offline')
  await desktop.goUp()
  await desktop.sync({
    onEvent: (event) =>
      event.type === 'progress' && teller.progress(`${bytesText(Number(event['receivedBytes']))} came`)
  })
  teller.fact('everything comes from the pi, and is opened with keys that the pi never saw')
  const written = await desktop.run('get', DOCS, '-o', stage.received)
  const { files, bytes, different } = await compareFolders(source, stage.received, saidBy(written.events, DOCS))
  assertHolds(different.length === 0, `Not the same: ${different.slice(0, 5).join(', ')}`)
  teller.held(`${count(files, 'file')}, ${bytesText(bytes)}: byte for byte what the laptop has`)
}

export async function editBoth({ teller, laptop, desktop, stage }: Scene): Promise<void> {
  teller.act(6, 'Both change the same file, each without the other')
  await laptop.goUp()
  await writeNote(laptop, stage, 'bread\n')
  await converge(laptop, desktop)
  await Promise.all([laptop.goDown(), desktop.goDown()])
  await Promise.all([writeNote(laptop, stage, 'bread\nfour apples\n'), writeNote(desktop, stage, 'bread\na kite\n')])
  teller.fact(`offline, the laptop writes "four apples" and the desktop "a kite" into ${DOCS}/${NOTE}`)
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

async function writeNote(device: Device, stage: Stage, text: string): Promise<void> {
  const folder = join(stage.drafts, device.name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, NOTE), text)
  await device.run('add', join(folder, NOTE), '--to', DOCS)
}

function transferText(verb: string, event: JsonEvent): string {
  return `${count(Number(event['files']), 'file')}, ${bytesText(Number(event['bytes']))} ${verb}  ${printable(String(event['path']))}`
}

/** As it is typed from the folder of the project. */
export function shown(path: string): string {
  const inside = relative(ROOT, path)
  return printable(inside.startsWith('..') ? path : inside)
}

function assertHolds(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}
