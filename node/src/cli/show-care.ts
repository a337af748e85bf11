import type { OutEvent, Output } from '../term/output.ts'
import { number, text, type Show } from './show.ts'

/** Each check in a line; what is wrong with its cause, its code and what to do. */
export const doctor: Show = {
  async event(event, output) {
    if (event.type === 'check') await output.line(checkText(event, output))
    if (event.type !== 'done') return
    const [errors, warnings] = [number(event, 'errors'), number(event, 'warnings')]
    if (errors + warnings === 0) output.say('All is well.')
  }
}

/** For people: one check, in one line or, where something is to be done, two. */
export function checkText(event: OutEvent, output: Output): string {
  const about = text(event, 'about')
  const said = `${text(event, 'name')}${about === '' ? '' : ` ${about}`}: ${text(event, 'message')}`
  if (event['state'] === 'ok') return `${output.paint('green', 'ok     ')}  ${said}`
  const [style, state] = event['state'] === 'error' ? (['red', 'error  '] as const) : (['yellow', 'warning'] as const)
  return `${output.paint(style, state)}  ${said} (${text(event, 'code')})\n         ${text(event, 'remedy')}`
}
