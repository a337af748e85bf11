import type { OperationEvent } from '@holdfast/core/ports/operation-io'
import { printable } from '@holdfast/core/base/printable'
import { bytesText, count } from '@holdfast/core/base/amounts'
import { timeText } from '@holdfast/node/term/time'

/** Events as people read them. Everything in them was made by this relay; its own name may come from anywhere. */
export function show(event: OperationEvent): string {
  const number = (name: string): number => (typeof event[name] === 'number' ? event[name] : 0)
  const text = (name: string): string => (typeof event[name] === 'string' ? printable(event[name]) : '')
  switch (event.type) {
    case 'invite':
      return text('code')
    case 'collected':
      return `${count(number('deleted'), 'blob')} deleted (${bytesText(number('deletedBytes'))}), ${number('waiting')} waiting, ${number('kept')} needed`
    case 'verified':
      return `${count(number('checked'), 'blob')} checked (${bytesText(number('bytes'))}), ${number('found')} damaged, ${number('damaged')} not repaired; ${count(number('foundEntries'), 'entry', 'entries')} damaged, ${number('damagedEntries')} not repaired`
    case 'lost':
      return `Damaged: ${count(number('entries'), 'entry', 'entries')} of vault ${text('vault').slice(0, 8)}; asked for again`
    case 'progress':
      return `${count(number('checked'), 'blob')} checked (${bytesText(number('bytes'))})`
    case 'status':
      return statusText(event, number, text)
    default:
      return ''
  }
}

/** Talk beside it: never in what a script takes from standard output. */
export function aside(event: OperationEvent): string | undefined {
  const { type, expires } = event
  if (type !== 'invite' || typeof expires !== 'number') return undefined
  return `Good for one account, until ${timeText(expires)}. On the device: holdfast relay add CODE`
}

function heldBackText(objects: number): string {
  return `${count(objects, 'object')} that somebody gave up, too many on one day: kept for 90 days unless that device is removed`
}

function statusText(event: OperationEvent, number: (name: string) => number, text: (name: string) => string): string {
  const state = event['running'] === true ? `up, ${count(number('connected'), 'member')} connected` : 'not running'
  const rows = [
    ['relay', `${text('name')} (${state})`],
    ['accounts', `${number('accounts')} with ${count(number('vaults'), 'vault')}`],
    ['entries', number('entries').toLocaleString('en')],
    ['pins', `${number('pins').toLocaleString('en')}, ${number('incomplete')} incomplete`],
    ['blobs', `${number('blobs').toLocaleString('en')} (${bytesText(number('bytes'))})`],
    ['damaged', String(number('damaged'))],
    ...(number('unpinsHeldBack') > 0 ? [['held back', heldBackText(number('unpinsHeldBack'))] as const] : []),
    ...(text('storeProblem') === ''
      ? []
      : [['store', `${text('storeProblem')}: not everything that came could be stored`]])
  ]
  return rows.map(([name, value]) => `${name!.padEnd(10)}${value}`).join('\n')
}
