import { count } from '@holdfast/core/base/amounts'
import type { OutEvent, Output } from '../term/output.ts'
import { names, number, records, showCommon, size, text, time, transferProgress, type Show } from './show.ts'

export const nothing: Show = { event: () => undefined }

export const add: Show = {
  progress: transferProgress('Adding'),
  event(event, output) {
    if (showCommon(event, output) || event.type !== 'done') return
    const same = number(event, 'unchanged')
    output.say(
      `Added ${count(number(event, 'files'), 'file')} (${size(event)})${same > 0 ? `; ${count(same, 'file')} unchanged` : ''}.`
    )
    const to = text(event, 'to')
    const paths = names(event, 'paths')
    if (to !== '' && to !== '/') output.say(`Added to folder ${to}.`)
    for (const path of number(event, 'more') === 0 ? paths : []) output.say(`  ${path}`)
    output.say(
      event['online'] === true
        ? 'Your other devices get it by themselves.'
        : 'Bring it to your other devices: holdfast sync --once, or holdfast up.'
    )
  }
}

export const get: Show = {
  progress: transferProgress('Writing'),
  event(event, output) {
    if (showCommon(event, output) || event.type !== 'done') return
    const same = number(event, 'unchanged')
    const unchanged = same > 0 ? `; ${count(same, 'file')} there already` : ''
    output.say(`Wrote ${count(number(event, 'files'), 'file')} (${size(event)}) to ${text(event, 'out')}${unchanged}.`)
  }
}

/** Names as they are below `path`; with `long`, where the bytes are in front. */
export function list(path: string, long: boolean, recursive: boolean): Show {
  return {
    event: (event, output) =>
      output.line(long ? longLine(event, output, recursive) : shortLine(event, output, recursive))
  }
}

/** What nobody who can be reached holds is marked, never hidden. */
function shortLine(event: OutEvent, output: Output, recursive: boolean): string {
  const name = shownName(event, recursive)
  return event['state'] === 'nowhere' ? `${name}  ${output.paint('red', '(nowhere reachable)')}` : name
}

function longLine(event: OutEvent, output: Output, recursive: boolean): string {
  const isFolder = event['kind'] === 'folder'
  const bytes = isFolder ? '' : size(event)
  const members = number(event, 'members')
  const by = event['shared'] === true ? (members > 1 ? count(members, 'member') : '') : authorText(event)
  return `${whereabouts(event, output)}${bytes.padStart(9)}  ${time(event, 'mtime').padEnd(16)}  ${by.padEnd(16)}  ${shownName(event, recursive)}`
}

/** Who put it there: one's own devices by their names. */
function authorText(event: OutEvent): string {
  const author = event['author']
  if (typeof author !== 'object' || author === null) return ''
  const by = author as OutEvent
  const [person, device] = [by['self'] === true ? '' : text(by, 'name'), text(by, 'device')]
  return person === '' ? device : `${person}, ${device}`
}

function whereabouts(event: OutEvent, output: Output): string {
  const copies = names(event, 'copies')
  const words = WHERE.get(text(event, 'state')) ?? ''
  const onlyOne = copies.length === 1 && event['state'] === 'here'
  const said = (onlyOne ? 'only here' : words).padEnd(17)
  if (event['state'] === 'nowhere') return output.paint('red', said)
  return onlyOne ? output.paint('yellow', said) : said
}

/** The four places of a file, each in words a person understands. */
const WHERE = new Map([
  ['here', 'here'],
  ['arriving', 'arriving'],
  ['relay', 'on a relay'],
  ['device', 'on a device'],
  ['nowhere', 'nowhere reachable']
])

function shownName(event: OutEvent, recursive: boolean): string {
  const path = text(event, 'path')
  const name = recursive ? path : path.slice(path.lastIndexOf('/') + 1)
  const mark = event['kind'] === 'folder' ? '/' : event['kind'] === 'link' ? '@' : ''
  const wanted = text(event, 'wanted')
  const shared = event['shared'] === true ? '  (shared)' : ''
  return `${name}${mark}${shared}${event['conflict'] === true ? '  (conflict)' : ''}${wanted === '' ? '' : `  (written as ${wanted})`}`
}

const CONFLICTS_ENDED = '\nWhat was in conflict in it comes back as a file each.'

export const change: Show = {
  event(event, output) {
    if (showCommon(event, output)) return
    const path = text(event, 'path')
    switch (event.type) {
      case 'moved':
        return output.say(movedText(event))
      case 'folder':
        return output.say(`${path} is there.`)
      case 'removed':
        return output.say(
          `Removed ${path}. Bring it back: holdfast restore ${quoted(path)}${number(event, 'conflicts') > 0 ? CONFLICTS_ENDED : ''}`
        )
      case 'shredded':
        return output.say(
          `Destroyed ${path}: ${count(number(event, 'objects'), 'version')}. The others follow when they sync.\nWhere it stood in a folder kept in step, the file lies in that computer's trash for now: holdfast trash empty, there.`
        )
      case 'would-remove':
      case 'would-shred':
        return output.line(`${path}  ${size(event)}`)
      case 'restored':
        return output.say(
          event['state'] === 'elsewhere'
            ? `${path} has its name again. Its content is not on this computer: it comes when somebody who has it is reached (holdfast up).`
            : `${path} is back.`
        )
      default:
        return undefined
    }
  }
}

export const history: Show = {
  event(event, output) {
    if (event.type !== 'version') return undefined
    const version = text(event, 'version').slice(0, 12)
    const state = event['retention'] === undefined ? text(event, 'state') : text(event, 'retention')
    return output.line(
      `${version}  ${time(event, 'mtime')}  ${size(event).padStart(9)}  ${state.padEnd(8)}  ${authorText(event)}`
    )
  }
}

export const deleted: Show = {
  event(event, output) {
    if (event.type === 'done' && number(event, 'deleted') === 0) output.say('Nothing was removed that could come back.')
    if (event.type !== 'deleted') return undefined
    const target = `${text(event, 'path')}@${text(event, 'version').slice(0, 12)}`
    return output.line(`${time(event, 'mtime')}  ${size(event).padStart(9)}  ${target}`)
  }
}

export const conflicts: Show = {
  async event(event, output) {
    if (event.type === 'done' && number(event, 'conflicts') === 0) output.say('No conflicts.')
    if (event.type === 'resolved') return tellResolved(event, output)
    if (event.type !== 'conflict') return
    await output.line(`${text(event, 'path')}  ${time(event, 'mtime')}  ${size(event)}`)
    for (const other of records(event, 'others'))
      await output.line(`  ${text(other, 'path')}  ${time(other, 'mtime')}  ${size(other)}`)
    output.say(
      `Both are kept. Choose: holdfast conflicts resolve ${quoted(text(event, 'path'))} --keep mine|theirs|both`
    )
  }
}

function tellResolved(event: OutEvent, output: Output): void {
  const path = text(event, 'path')
  const { others } = event
  if (Array.isArray(others) && others.length > 0) output.say(`Both are kept, each as a file of its own beside ${path}.`)
  else output.say(`Settled. The other content is among the versions: holdfast history ${quoted(path)}`)
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w/.,@%+=:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}

function movedText(event: OutEvent): string {
  const [from, to] = [text(event, 'from'), text(event, 'to')]
  if (event['copied'] !== true) return `${from} is now ${to}.`
  const copied = `${from} was copied to ${to}`
  if (event['left'] === undefined) return `${copied} and removed: it is in another vault now.`
  return `${copied}, which is in another vault. Left where it was: ${count(number(event, 'left'), 'file')} that somebody has changed meanwhile.`
}
