import { count } from '@holdfast/core/base/amounts'
import type { OutEvent } from '../term/output.ts'
import { number, showCommon, text, type Show } from './show.ts'
import { whyWaits } from './show-waits.ts'

export const share: Show = {
  progress: (event) => ({ done: 0, text: `Linked ${count(number(event, 'files'), 'file')}` }),
  event(event, output) {
    if (showCommon(event, output) || event.type !== 'shared') return
    const may = MAY.get(text(event, 'role')) ?? ''
    const what = event['files'] === undefined ? '' : `, ${count(number(event, 'files'), 'file')}`
    output.say(`${text(event, 'path')} is shared with ${text(event, 'with')}, who ${may}${what}.`)
    const waits = text(event, 'waits')
    output.say(
      waits === ''
        ? 'The invitation waits at their relay.'
        : `The invitation is still here and is sent as soon as it can be: ${whyWaits(waits)}.`
    )
  }
}

export const unshare: Show = {
  event(event, output) {
    if (event.type === 'left') {
      const path = text(event, 'path')
      output.say(event['kept'] === true ? `${path} is only yours again.` : `You have left ${path}.`)
      if (event['listed'] === true) output.say('You founded it: the others still see you among its members.')
      return
    }
    if (event.type !== 'unshared') return
    output.say(`${text(event, 'with')} has no access to ${text(event, 'path')} any more. What they have, they keep.`)
    if (event['told'] !== true)
      output.say('No relay could be told yet: until one is, they still get what is new there.')
  }
}

export const members: Show = {
  event(event, output) {
    if (event.type === 'role') {
      output.say(`${text(event, 'name')} ${MAY.get(text(event, 'role')) ?? ''} in ${text(event, 'path')}.`)
      return
    }
    if (event.type !== 'member') return
    const marks = [
      text(event, 'role'),
      ...(event['self'] === true ? ['you'] : []),
      ...(event['self'] !== true && event['verified'] !== true ? ['not verified by you'] : []),
      ...(event['joined'] === true || event['self'] === true ? [] : ['has not come yet'])
    ]
    return output.line(`${text(event, 'name')}  ${text(event, 'account').slice(0, 12)}  ${marks.join(', ')}`)
  }
}

export const invites: Show = {
  event(event, output) {
    if (event.type === 'done' && number(event, 'invites') === 0) output.say('No invitations.')
    if (event.type !== 'invite') return
    const id = text(event, 'id').slice(0, 8)
    const role = text(event, 'role')
    return output.line(`${id}  ${text(event, 'name')} (${text(event, 'kind')}, ${role})  from ${sender(event)}`)
  }
}

export const answered: Show = {
  event(event, output) {
    const name = text(event, 'name')
    if (event.type === 'declined') output.say(`${name} from ${sender(event)} was declined.`)
    if (event.type === 'dismissed') output.say(`The request of ${name} is put away.`)
    if (event.type !== 'accepted') return
    const isNew = event['already'] !== true
    const what = isNew ? `${name} from ${sender(event)} stands` : 'It was accepted before and stands'
    output.say(`${what} at ${text(event, 'path')}.`)
    if (isNew && event['trust'] !== 'verified')
      output.say(
        'Nobody has checked who that is: compare the words of `holdfast contact add` before you put anything in.'
      )
    if (event['joined'] !== true)
      output.say('None of its relays could be reached yet: its files come as soon as one can.')
  }
}

const MAY: ReadonlyMap<string, string> = new Map([
  ['reader', 'may read'],
  ['writer', 'may read and write'],
  ['owner', 'owns it as you do']
])

function sender(event: OutEvent): string {
  const from = text(event, 'from')
  switch (text(event, 'trust')) {
    case 'verified':
      return from
    case 'unverified':
      return `${from} (not verified)`
    default:
      return `somebody who calls themselves ${from} (${text(event, 'account').slice(0, 12)})`
  }
}
