import { ERRORS, explain } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { count } from '../term/format.ts'
import type { OutEvent, Output } from '../term/output.ts'
import { number, records, size, text } from './show.ts'

/** What one relay answered when it was asked for an account. */
export function asked(event: OutEvent, output: Output): void {
  const relay = text(event, 'relay').slice(0, 8)
  const code = text(event, 'code')
  if (code === '') output.say(`${relay}: has record ${number(event, 'record')}`)
  else output.warn(`${relay}: ${sentenceOf(code)} (${code})`)
}

/** The account is on this machine again, its contents are not yet. */
export function back(event: OutEvent, output: Output): void {
  output.say(`\nThe account is back, in ${text(event, 'home')}. Its contents come now; if that is broken off,`)
  output.say('the same command goes on with it, and so does holdfast up.')
}

export function done(event: OutEvent, output: Output): void {
  output.say(`${count(number(event, 'files'), 'file')}, ${size(event)}`)
  const missing = number(event, 'missing')
  if (missing > 0) output.warn(`${count(missing, 'blob')} of them nobody had who could be reached.`)
  for (const failure of records(event, 'failed'))
    output.warn(`${text(failure, 'id').slice(0, 8)}: ${sentenceOf(text(failure, 'code'))}`)
  output.say('\nNext: holdfast devices, to see which devices the account had; those that are lost should be removed.')
}

function sentenceOf(code: string): string {
  return code in ERRORS ? explain(code as ErrorCode).cause : code
}
