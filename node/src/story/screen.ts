import { bytesText, count } from '../term/format.ts'
import { ask } from './cast/ask.ts'
import { shown } from './acts.ts'
import type { Scene } from './acts.ts'
import type { Device } from './cast/device.ts'

/** One screen: how things stand, from the running processes. */
export async function showScreen(scene: Scene): Promise<void> {
  const { teller, pi, laptop, desktop } = scene
  const [relay, first, second] = await Promise.all([relayLine(pi.home), deviceLine(laptop), deviceLine(desktop)])
  teller.line(`  ${teller.paint('bold', 'pi')}       ${relay}`)
  teller.line(`  ${teller.paint('bold', 'laptop')}   ${first}`)
  teller.line(`  ${teller.paint('bold', 'desktop')}  ${second}`)
}

/** What to do now, ready to paste. */
export function showTry({ teller, stage }: Scene, withKeys: boolean): void {
  const holdfast = 'npx --no-install holdfast'
  const [laptop, desktop] = [shown(stage.laptop), shown(stage.desktop)]
  teller.line()
  teller.line('Try it, in another terminal:')
  teller.line(
    `  ${teller.paint('cyan', `${holdfast} add FILE --home ${laptop}`)}      it appears on the desktop, below`
  )
  teller.line(`  ${teller.paint('cyan', `${holdfast} ls / -R -l --home ${desktop}`)}`)
  teller.line(`  ${teller.paint('cyan', `${holdfast} conflicts --home ${desktop}`)}`)
  teller.line(`  ${teller.paint('cyan', `${holdfast} status --home ${laptop}`)}`)
  teller.line()
  if (withKeys) teller.line(KEYS.map(([key, text]) => `${teller.paint('bold', `[${key}]`)} ${text}`).join('   '))
  else teller.line('Everything stays up until this process is told to stop (SIGTERM).')
}

const KEYS = [
  ['o', 'laptop offline/online'],
  ['k', 'kill the pi and start it again'],
  ['v', 'what the pi sees'],
  ['q', 'quit']
] as const

async function relayLine(home: string): Promise<string> {
  const status = (await ask(home, 'status'))?.find(({ type }) => type === 'status')
  if (status === undefined) return 'not up'
  const [address = ''] = status['addresses'] as string[]
  const { pins, blobs, bytes, damaged } = status as unknown as Record<string, number>
  return `up at ${address.replace(/\/p2p\/.*/, '')}; ${count(pins!, 'file')} pinned, ${count(blobs!, 'blob')} (${bytesText(bytes!)}), ${damaged} damaged; reads none`
}

async function deviceLine({ home }: Device): Promise<string> {
  const status = (await ask(home, 'status'))?.find(({ type }) => type === 'status')
  if (status === undefined) return `offline; its files are in ${shown(home)}`
  const { files, bytes, conflicts } = status as unknown as Record<string, number>
  const peers = status['peers'] as { name: string; connected: boolean }[]
  const connected = peers.filter((peer) => peer.connected).map(({ name }) => name)
  const to = connected.length > 0 ? `connected to ${connected.join(', ')}` : 'connecting'
  const listed = conflicts === 0 ? '' : `, ${count(conflicts!, 'conflict')} kept`
  return `${String(status['state'])}: ${count(files!, 'file')} (${bytesText(bytes!)})${listed}; ${to}`
}
