import { ERRORS, explain } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { count } from '@holdfast/core/base/amounts'
import type { OutEvent, Output } from '../term/output.ts'
import { names, number, records, size, text, type Show } from './show.ts'

/** What the rehearsal of coming back found. */
export const rehearsal: Show = {
  event(event, output) {
    if (event.type === 'recovery') {
      output.say('These are the words of this account. Keep them where you found them.')
      if (number(event, 'relays') === 0)
        output.warn(
          'No relay keeps anything of this account: alone they would bring nothing back (holdfast relay add).'
        )
      const lacking = names(event, 'lacking')
      if (lacking.length > 0) output.warn(`The kit does not name every relay. Add to it:\n${lacking.join('\n')}`)
    } else if (event.type === 'record') {
      const [name, code] = [text(event, 'name'), text(event, 'code')]
      if (code !== '') output.warn(`${name}: ${sentenceOf(code)} (${code})`)
      else if (event['newest'] !== true) output.warn(`${name}: keeps an older record than another relay.`)
      else output.say(`${name}: keeps the newest record, and it opens.`)
    } else if (event.type === 'vault') {
      const where = text(event, 'path') === '' ? 'a vault that is mounted nowhere' : text(event, 'path')
      const closed = number(event, 'closed')
      if (closed > 0) output.warn(`${where}: ${count(closed, 'key')} of ${number(event, 'epochs')} would stay closed.`)
      else output.say(`${where}: the words open all of it.`)
    }
  }
}

/** What one relay answered when it was asked for an account. */
export function asked(event: OutEvent, output: Output): void {
  const relay = text(event, 'relay').slice(0, 8)
  const code = text(event, 'code')
  if (code === '') output.say(`${relay}: has record ${number(event, 'record')}`)
  else output.warn(`${relay}: ${sentenceOf(code)} (${code})`)
}

/** The account is on this machine again, its contents are not yet. */
export function back(event: OutEvent, output: Output): void {
  for (const relay of names(event, 'older'))
    output.warn(
      `${relay.slice(0, 8)}: keeps an older record than another relay: it was away when that was made, or shows an old state.`
    )
  output.say(`\nThe account is back, in ${text(event, 'home')}. Its contents come now; if that is broken off,`)
  output.say('the same command goes on with it, and so does holdfast up.')
  for (const path of names(event, 'missing'))
    output.warn(
      `${path} has not come: no relay that answered has all of it. Bring the account back once more, into another home, when its relays can be reached, or have it shared anew.`
    )
}

/** The contents on their way. */
export const contents: Show = {
  progress(event) {
    const text = `Received ${size(event, 'receivedBytes')}, ${count(number(event, 'missing'), 'piece')} to come`
    return { done: 0, text }
  },
  event(event, output) {
    output.say(`${count(number(event, 'files'), 'file')}, ${size(event)}`)
    const missing = number(event, 'missing')
    if (missing > 0) output.warn(`${count(missing, 'piece')} of them nobody had who could be reached.`)
    for (const failure of records(event, 'failed'))
      output.warn(`${text(failure, 'id').slice(0, 8)}: ${sentenceOf(text(failure, 'code'))}`)
    output.say('\nNext: holdfast devices, to see which devices the account had; those that are lost should be removed.')
  }
}

function sentenceOf(code: string): string {
  return code in ERRORS ? explain(code as ErrorCode).cause : code
}
