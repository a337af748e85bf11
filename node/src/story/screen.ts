import { bytesText, count } from '@holdfast/core/base/amounts'
import { ask } from './cast/ask.ts'
import type { Device } from './cast/device.ts'
import { ANNA, BEN, DOCS, LIVE, shown } from './scene.ts'
import type { Scene } from './scene.ts'
import { NAMES } from './state.ts'
import type { Holdings, Name } from './state.ts'
import type { Teller } from './teller.ts'

/** One screen: how things stand, from the running processes. Returns what they hold. */
export async function showScreen(scene: Scene): Promise<Holdings | undefined> {
  const looks = await lookAround(scene)
  for (const name of NAMES)
    row(scene.teller, name, looks[name] === undefined ? 'offline' : `${looks[name].holds}; ${looks[name].link}`)
  return holdingsOf(looks)
}

/**
 * What they hold, as it is left: an interrupted terminal tells all processes at once to end, so connections that some of them
 * still believe in mean nothing, and of one that answers no more what is remembered counts.
 */
export async function showFarewell(scene: Scene, before: Holdings | undefined): Promise<Holdings | undefined> {
  const looks = await lookAround(scene)
  for (const name of NAMES) row(scene.teller, name, looks[name]?.holds ?? before?.[name] ?? 'offline')
  return holdingsOf(looks)
}

async function lookAround({ pi, attic, laptop, desktop, anna }: Scene): Promise<Looks> {
  const looks = await Promise.all([
    ...[pi, attic].map(({ home }) => lookAtRelay(home)),
    ...[laptop, desktop, anna].map(lookAtDevice)
  ])
  return Object.fromEntries(NAMES.map((name, at) => [name, looks[at]])) as Looks
}

function holdingsOf(looks: Looks): Holdings | undefined {
  if (NAMES.some((name) => looks[name] === undefined)) return undefined
  return Object.fromEntries(NAMES.map((name) => [name, looks[name]!.holds])) as Holdings
}

/** The same from memory, while the processes are starting. */
export function showHoldings(teller: Teller, holdings: Holdings): void {
  for (const name of NAMES) row(teller, name, holdings[name])
}

function row(teller: Teller, name: string, text: string): void {
  teller.line(`  ${teller.paint('bold', name.padEnd(7))}  ${text}`)
}

/** What to do now, ready to paste. */
export function showTry({ teller, stage }: Scene, withKeys: boolean): void {
  const holdfast = 'npx --no-install holdfast'
  const [laptop, desktop, anna] = [stage.laptop, stage.desktop, stage.anna].map(shown)
  teller.line()
  teller.line(`Put a file into ${teller.paint('bold', shown(stage.laptopFolder))} and watch it appear in`)
  teller.line(
    `${teller.paint('bold', shown(stage.desktopFolder))}, and in the browser under ${LIVE}; or the other way round.`
  )
  const suggest = (command: string): void => teller.line(`  ${teller.paint('cyan', `${holdfast} ${command}`)}`)
  teller.line()
  teller.line('More to try in another terminal; what happens on the devices is said here:')
  suggest(`add FILE --home ${laptop}`)
  suggest(`ls / -R -l --home ${desktop}`)
  suggest(`ls /shared${DOCS} -l --home ${anna}`)
  suggest(`say ${ANNA} "Dinner at eight?" --home ${laptop}`)
  suggest(`inbox --home ${anna}`)
  suggest(`say ${BEN} "Gladly" --home ${anna}`)
  suggest(`conflicts --home ${desktop}`)
  suggest(`status --home ${laptop}`)
  teller.line()
  if (withKeys) teller.line(KEYS.map(([key, text]) => `${teller.paint('bold', `[${key}]`)} ${text}`).join('   '))
  else teller.line('Everything stays up until this process is told to stop (SIGTERM).')
}

const KEYS = [
  ['o', 'laptop offline/online'],
  ['k', 'kill the pi and start it again'],
  ['v', 'what the pi sees'],
  ['p', 'a pairing link'],
  ['q', 'quit']
] as const

interface Look {
  /** What is there, which stays true while nothing runs. */
  readonly holds: string
  /** How it is connected right now. */
  readonly link: string
}

type Looks = Readonly<Record<Name, Look | undefined>>

async function lookAtRelay(home: string): Promise<Look | undefined> {
  const status = (await ask(home, 'status'))?.find(({ type }) => type === 'status')
  if (status === undefined) return undefined
  const [address = ''] = status['addresses'] as string[]
  const { pins, blobs, bytes, damaged } = status as unknown as Record<string, number>
  return {
    holds: `${count(pins!, 'version')} pinned, ${count(blobs!, 'blob')} (${bytesText(bytes!)}), ${damaged} damaged, 0 readable`,
    link: `at ${address.replace(/\/p2p\/.*/, '')}`
  }
}

async function lookAtDevice({ home }: Device): Promise<Look | undefined> {
  const status = (await ask(home, 'status'))?.find(({ type }) => type === 'status')
  if (status === undefined) return undefined
  const { files, bytes, conflicts } = status as unknown as Record<string, number>
  const peers = status['peers'] as { name: string; connected: boolean }[]
  const connected = peers.filter((peer) => peer.connected).map(({ name }) => name)
  return {
    holds: `${count(files!, 'file')} (${bytesText(bytes!)})${conflicts === 0 ? '' : `, ${count(conflicts!, 'conflict')} kept`}`,
    link: `${String(status['state'])}, ${connected.length > 0 ? `connected to ${connected.join(', ')}` : 'connecting'}`
  }
}
