import { count } from '../term/format.ts'
import type { OutEvent, Output } from '../term/output.ts'
import { ago, list, names, number, records, size, text, type Show } from './show.ts'

/** The recovery words, once. */
export async function account(event: OutEvent, output: Output): Promise<void> {
  output.say(`Made a vault in ${text(event, 'home')}.\n`)
  output.say(
    'These 24 words are the only way back when every device is lost. Write them down; whoever has them can read everything.'
  )
  output.say('They are shown now and never again.\n')
  const words = names(event, 'words').map((word, i) => `${String(i + 1).padStart(2)} ${word.padEnd(9)}`)
  for (let i = 0; i < words.length; i += 6)
    await output.line(
      words
        .slice(i, i + 6)
        .join(' ')
        .trimEnd()
    )
  output.say('\nNext: holdfast add FILE, and holdfast pair for a second device.')
}

export const status: Show = {
  async event(event, output) {
    if (event.type === 'status') await statusText(event, output)
    else if (event.type === 'copies') {
      const copies = names(event, 'copies')
      await output.line(`${String(copies.length).padStart(2)}  ${text(event, 'path')}  ${copies.join(', ')}`)
    }
  }
}

async function statusText(event: OutEvent, output: Output): Promise<void> {
  const { title, advice } = STATES.get(text(event, 'state')) ?? { title: text(event, 'state'), advice: '' }
  await output.line(`${output.paint('bold', title)}  ${advice}`.trimEnd())
  await output.line(`${count(number(event, 'files'), 'file')}, ${size(event)}${copiesText(event)}`)
  const onlyHere = record(event, 'onlyHere')
  if (onlyHere !== undefined && number(onlyHere, 'files') > 0) {
    await output.line(output.paint('yellow', `Only on this device: ${count(number(onlyHere, 'files'), 'file')}`))
    for (const path of names(onlyHere, 'paths').slice(0, 5)) await output.line(`  ${path}`)
  }
  const missing = number(event, 'missingBlobs')
  if (missing > 0) await output.line(`Still to come: ${count(missing, 'piece')}`)
  for (const peer of records(event, 'peers')) await output.line(peerText(peer))
  if (list(event, 'peers').length === 0)
    await output.line('No other device or relay yet: holdfast pair, holdfast relay add CODE')
  const conflicts = number(event, 'conflicts')
  if (conflicts > 0) await output.line(`${count(conflicts, 'conflict')}: holdfast conflicts`)
  for (const problem of records(event, 'problems')) {
    const whom = text(problem, 'peer')
    await output.line(
      output.paint('red', `${whom === '' ? '' : `${whom}: `}${text(problem, 'message')} (${text(problem, 'code')})`)
    )
    await output.line(`  ${text(problem, 'remedy')}`)
  }
}

const STATES = new Map([
  ['up to date', { title: 'Up to date', advice: 'Everything is everywhere it should be.' }],
  ['syncing', { title: 'Syncing', advice: 'Things are on their way.' }],
  ['waiting for a device', { title: 'Waiting for a device', advice: 'None of the others can be reached now.' }],
  ['needs you', { title: 'Needs you', advice: 'Something does not mend itself: see below.' }],
  ['off', { title: 'Off', advice: 'Stay connected with: holdfast up' }]
])

function copiesText(event: OutEvent): string {
  const copies = record(event, 'copies')
  if (copies === undefined) return ''
  const parts = [
    [number(copies, 'more'), 'in several places'],
    [number(copies, 'one'), 'in one place'],
    [number(copies, 'none'), 'nowhere reachable']
  ] as const
  const said = parts.filter(([files]) => files > 0).map(([files, where]) => `${files} ${where}`)
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}

function peerText(peer: OutEvent): string {
  const now =
    peer['connected'] === true
      ? 'connected'
      : `not connected${text(peer, 'error') === '' ? '' : ` (${text(peer, 'error')})`}`
  return `${text(peer, 'role').padEnd(6)}  ${text(peer, 'name')}  ${now}, last exchange ${ago(peer, 'lastExchange')}`
}

function record(event: OutEvent, field: string): OutEvent | undefined {
  const value = event[field]
  return typeof value === 'object' && value !== null ? (value as OutEvent) : undefined
}

export const recovery: Show = {
  event: (_event, output) => output.say('These are the words of this account. Keep them where you found them.')
}

export const verify: Show = {
  progress: (event) => ({
    done: number(event, 'blobs'),
    text: `Checked ${count(number(event, 'blobs'), 'piece')}, ${size(event)}`
  }),
  event(event, output) {
    if (event.type === 'damaged') {
      const paths = names(event, 'paths')
      output.warn(`Damaged: ${paths.length > 0 ? paths.join(', ') : text(event, 'blob') || text(event, 'entry')}`)
    }
    if (event.type !== 'done') return
    const damaged = number(event, 'damaged') + number(event, 'damagedEntries')
    const repaired = number(event, 'repaired')
    output.say(
      `Checked ${count(number(event, 'entries'), 'entry', 'entries')} and ${count(number(event, 'blobs'), 'piece')} (${size(event)}).`
    )
    if (repaired > 0) output.say(`${count(repaired, 'piece')} damaged and fetched again.`)
    output.say(
      damaged === 0 ? 'All is as it should be.' : `${damaged} damaged, and no peer that could be reached has them.`
    )
  }
}
