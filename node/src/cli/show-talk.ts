import { count } from '@holdfast/core/base/amounts'
import type { OutEvent, Output } from '../term/output.ts'
import { list, names, number, text, time, type Show } from './show.ts'
import { whyWaits } from './show-waits.ts'

/** A message as people read it: who signed it and when they say they did, then the text. */
async function message(event: OutEvent, output: Output): Promise<void> {
  const who = flag(event, 'own') ? 'you' : otherName(event, 'author')
  const state = flag(event, 'own') ? `  ${output.paint('dim', DELIVERY.get(text(event, 'delivery')) ?? '')}` : ''
  await output.line(`${output.paint('dim', time(event, 'time'))}  ${output.paint('bold', who)}${state}`)
  if (event['text'] === undefined) await output.line('  (not on this device yet)')
  for (const line of textLines(event, 'text')) await output.line(`  ${line}`)
  for (const path of names(event, 'attachments')) await output.line(`  attached: ${path}`)
}

const DELIVERY: ReadonlyMap<string, string> = new Map([
  ['here', 'only here'],
  ['relay', 'on a relay'],
  ['delivered', 'delivered']
])

export const say: Show = {
  event(event, output) {
    if (event.type === 'said') {
      if (flag(event, 'founded')) output.say(`New conversation: ${text(event, 'path')}`)
      output.say(SAID.get(text(event, 'delivery')) ?? 'Written.')
    }
    if (event.type === 'requested') {
      const waits = text(event, 'waits')
      output.say(
        `${waits === '' ? 'Sent' : 'To be sent'} to ${text(event, 'to')} as a request, sealed in an envelope: you have not verified them yet, so there is no conversation.`
      )
      if (waits !== '') output.say(`It is still here and is sent as soon as it can be: ${whyWaits(waits)}.`)
      output.say(`Compare these words with ${text(event, 'to')}: ${names(event, 'words').join(' ')}`)
      output.say('When they are the same: holdfast contact add CARD --verified')
    }
  }
}

const SAID: ReadonlyMap<string, string> = new Map([
  ['here', 'Written, and only on this device so far: it is sent when a relay or device can be reached.'],
  ['relay', 'Sent: a relay keeps it until they come.'],
  ['delivered', 'Delivered.']
])

export const inbox: Show = {
  async event(event, output) {
    switch (event.type) {
      case 'message':
        await output.line(output.paint('dim', `[${text(event, 'conversation')}]`))
        return message(event, output)
      case 'request':
        return request(event, output)
      case 'invitation':
        await output.line(`${otherName(event, 'name')} invites you to the conversation "${text(event, 'title')}".`)
        return output.say(`Take it: holdfast accept ${text(event, 'id').slice(0, 8)}`)
      case 'done':
        if (number(event, 'messages') + number(event, 'requests') + number(event, 'invitations') === 0)
          output.say('Nothing new.')
        return
      default:
        return
    }
  }
}

async function request(event: OutEvent, output: Output): Promise<void> {
  const id = text(event, 'id').slice(0, 8)
  await output.line(
    `${output.paint('dim', time(event, 'time'))}  ${output.paint('bold', text(event, 'name'))}${flag(event, 'verified') ? '' : ' (not verified)'} asks:`
  )
  for (const line of textLines(event, 'text')) await output.line(`  ${line}`)
  if (flag(event, 'verified')) return output.say('They have not verified you yet: let them compare the words with you.')
  output.say(`Compare these words with them, by voice or face to face: ${names(event, 'words').join(' ')}`)
  output.say(`Then: holdfast contact add --from-request ${id} --verified`)
}

export const conversations: Show = {
  async event(event, output) {
    if (event.type === 'conversation') {
      const unread = number(event, 'unread')
      const note = unread === 0 ? '' : `  ${output.paint('green', `${unread} new`)}`
      await output.line(`${output.paint('bold', text(event, 'title'))}${note}`)
      await output.line(`  with ${others(event)}, at ${text(event, 'path')}`)
      if (event['lastTime'] !== undefined) {
        const said = textLines(event, 'lastText')[0] ?? ''
        await output.line(`  ${time(event, 'lastTime')}  ${text(event, 'lastAuthor')}: ${said}`)
      }
    }
    if (event.type === 'request') return request(event, output)
    if (event.type === 'done' && number(event, 'conversations') + number(event, 'requests') === 0)
      output.say('No conversations yet. Begin one: holdfast say NAME "text"')
  }
}

export const conversation: Show = {
  async event(event, output) {
    if (event.type === 'message') return message(event, output)
    if (event.type !== 'done') return
    if (number(event, 'messages') === 0) output.say('No messages.')
    else if (flag(event, 'earlier'))
      output.say(`${count(number(event, 'messages'), 'message')}; earlier ones: --before`)
  }
}

function others(event: OutEvent): string {
  return list(event, 'members').length === 0 ? 'nobody yet' : names(event, 'members').join(', ')
}

/** Somebody may be called "you". */
function otherName(event: OutEvent, field: string): string {
  const name = text(event, field)
  const shown = name.toLowerCase() === 'you' ? `"${name}"` : name
  return flag(event, 'verified') ? shown : `${shown} (not verified)`
}

/** Line by line, so that nothing in a line can move the cursor or pretend to be another message's head. */
function textLines(event: OutEvent, field: string): string[] {
  const value = event[field]
  if (typeof value !== 'string') return []
  return value.split('\n').map((line) => text({ type: '', line }, 'line'))
}

function flag(event: OutEvent, field: string): boolean {
  return event[field] === true
}
