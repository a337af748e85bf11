import type { OutEvent } from '../term/output.ts'
import { qrText } from '../term/qr.ts'
import { names, number, records, text, type Show } from './show.ts'

export const card: Show = {
  async event(event, output) {
    output.say(`The card of ${text(event, 'name')}, for whoever is to write to you or share with you.`)
    if (event['named'] !== true)
      output.say('That is what your first device is called: `holdfast contact --name NAME` says what people call you.')
    output.say('')
    await output.line(text(event, 'card'))
    if (output.terminal && !output.quiet) {
      const code = await qrText(text(event, 'card'), process.stderr)
      output.say(`\n${code ?? '(A larger window shows it as a QR code, too.)'}`)
    }
    if (records(event, 'relays').length === 0)
      output.say('\nIt names no relay yet, so nothing can reach you while you are away: holdfast relay add CODE')
    output.say('\nThey run `holdfast contact add CARD`; then both of you compare the twelve words it shows.')
  }
}

export const added: Show = {
  event(event, output) {
    switch (event.type) {
      case 'key-changed':
        output.warn(`You know a ${text(event, 'name')} with another key.`)
        output.warn(`  known:     ${fingerprintIn(event, 'known')}`)
        output.warn(`  this card: ${fingerprintIn(event, 'offered')}`)
        return
      case 'compare':
        output.say(`${text(event, 'name')} must see the same twelve words:\n\n${lines(names(event, 'words'))}\n`)
        return
      case 'added':
        output.say(`${text(event, 'name')} is ${event['known'] === true ? 'up to date' : 'in your contacts'}.`)
        if (event['verified'] !== true)
          output.say(
            'Not verified: you can write to them, not share with them. Once the words match: holdfast contact add CARD --verified'
          )
        return
      default:
        return
    }
  }
}

export const contacts: Show = {
  event(event, output) {
    if (event.type === 'done') {
      if (number(event, 'contacts') === 0) output.say('You know nobody yet: holdfast contact add CARD')
      return
    }
    const marks = [
      event['verified'] === true ? 'verified' : 'not verified',
      ...(event['blocked'] === true ? ['blocked'] : [])
    ]
    return output.line(`${text(event, 'name')}  ${text(event, 'account').slice(0, 12)}  ${marks.join(', ')}`)
  }
}

const SAID: ReadonlyMap<string, string> = new Map([
  ['removed', 'is no longer in your contacts.'],
  ['blocked', 'is blocked: what they send is kept apart.'],
  ['unblocked', 'is not blocked any more.']
])

export const changed: Show = {
  event(event, output) {
    output.say(`${text(event, 'name')} ${SAID.get(event.type) ?? ''}`)
  }
}

function fingerprintIn(event: OutEvent, field: string): string {
  const key = event[field]
  return typeof key === 'object' && key !== null ? text(key as OutEvent, 'fingerprint') : ''
}

function lines(words: readonly string[]): string {
  return `  ${words.slice(0, 6).join(' ')}\n  ${words.slice(6).join(' ')}`
}
