import { agoText, bytesText, count } from '@holdfast/core/base/amounts'
import { timeText } from '../term/time.ts'
import { printable } from '@holdfast/core/base/printable'
import type { OutEvent, Output } from '../term/output.ts'
import type { ProgressState } from '../term/progress.ts'
import { catchingUpText } from './show-waits.ts'

/** How one command shows the events of its operation as text. With --json they are printed as they are. */
export interface Show {
  event(event: OutEvent, output: Output): Promise<void> | void
  progress?(event: OutEvent): ProgressState
}

/** Fields of an event: it may come from another version of this program, so nothing about them is taken for granted. */
export function text(event: OutEvent, field: string): string {
  const value = event[field]
  return typeof value === 'string' ? printable(value) : ''
}

/** The name of a relay or device, with the beginning of its id where another one has the same. */
export function peerText(event: OutEvent, field = 'name'): string {
  const name = text(event, field)
  return event['alike'] === true ? `${name} (${text(event, 'id').slice(0, 8)})` : name
}

/** Of a peer that is connected: whether it is so by way of a relay. */
export function connectedText(peer: OutEvent): string {
  const relay = text(peer, 'through')
  return relay === '' ? 'connected' : `connected through ${relay}`
}

export function number(event: OutEvent, field: string): number {
  const value = event[field]
  return typeof value === 'number' ? value : 0
}

export function list(event: OutEvent, field: string): readonly unknown[] {
  const value = event[field]
  return Array.isArray(value) ? value : []
}

export function names(event: OutEvent, field: string): string[] {
  return list(event, field).flatMap((item) => (typeof item === 'string' ? [printable(item)] : []))
}

/** What a command that others are needed for waits for; undefined: for nothing. */
export function waiting(event: OutEvent): ProgressState | undefined {
  if (event['waitsFor'] !== 'folders') return undefined
  const files = number(event, 'files')
  const said = catchingUpText({ path: text(event, 'path') || 'the folders', step: text(event, 'step'), files })
  return { done: files, text: `Holdfast has just started. ${said}` }
}

export function records(event: OutEvent, field: string): OutEvent[] {
  return list(event, field).filter((item): item is OutEvent => typeof item === 'object' && item !== null)
}

export function time(event: OutEvent, field: string): string {
  const value = event[field]
  return typeof value === 'string' ? timeText(Date.parse(value)) : '-'
}

export function ago(event: OutEvent, field: string): string {
  const value = event[field]
  return typeof value === 'string' ? agoText(Date.parse(value), Date.now()) : 'never'
}

export function size(event: OutEvent, field = 'bytes'): string {
  return bytesText(number(event, field))
}

/** What several commands say alike. True when it was one of these. */
export function showCommon(event: OutEvent, output: Output): boolean {
  switch (event.type) {
    case 'failed':
      output.warn(`${text(event, 'path')}: ${text(event, 'message')} ${text(event, 'remedy')} (${text(event, 'code')})`)
      return true
    case 'does-not-fit': {
      output.warn(
        `${text(event, 'relay')} has room for ${size(event, 'freeBytes')}, and ${size(event, 'neededBytes')} are to go there. The largest:`
      )
      for (const one of records(event, 'largest')) output.warn(`  ${size(one).padStart(9)}  ${text(one, 'path')}`)
      return true
    }
    case 'link-outside':
      output.say(
        `${text(event, 'path')}: a link that leads outside (${text(event, 'target')}): never written as a link by \`holdfast get\`.`
      )
      return true
    case 'left-out':
      output.say(`${text(event, 'path')}: left out, ${text(event, 'reason')}.`)
      return true
    case 'renamed':
      output.say(
        `${text(event, 'path')}: written as "${text(event, 'wanted')}"; shown under this name, because not every system can keep that one, or another file has it.`
      )
      return true
    default:
      return false
  }
}

export function transferProgress(verb: string): (event: OutEvent) => ProgressState {
  return (event) => {
    const total = number(event, 'totalBytes')
    const done = number(event, 'bytes')
    const said = `${verb} ${count(number(event, 'files'), 'file')}, ${bytesText(done)}`
    return { done, total: total === 0 ? undefined : total, text: said, detail: text(event, 'path') }
  }
}

/** What is at fewer relays than asked for, and what to do about it. */
export function fewerCopiesLines(event: OutEvent): string[] {
  const [few] = records({ type: '', few: [event['fewerCopies']] } as unknown as OutEvent, 'few')
  if (few === undefined) return []
  const unmet = records(few, 'unmet').map((relay) => `${text(relay, 'name')} (${text(relay, 'id').slice(0, 8)})`)
  const wanted = number(few, 'wanted')
  const files = count(number(few, 'files'), 'file')
  if (unmet.length === 0)
    return [
      `${files} at fewer than the ${count(wanted, 'relay')} asked for.`,
      '  The missing copies are made by themselves: holdfast sync --once'
    ]
  return [
    `${files} at fewer relays that answer now than the ${wanted} asked for. No answer from ${unmet.join(', ')}.`,
    '  It mends by itself when that is back. Gone for good? holdfast relay rm ID, then holdfast relay add CODE for another.'
  ]
}
