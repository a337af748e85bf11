import { bytesText, count } from '@holdfast/core/base/amounts'
import { isForBrowsers } from '@holdfast/core/base/browser-address'
import type { OutEvent, Output } from '../term/output.ts'
import { qrText } from '../term/qr.ts'
import { folderProgress, folderText } from './show-folder.ts'
import {
  ago,
  connectedText,
  fewerCopiesLines,
  list,
  names,
  number,
  peerText,
  records,
  showCommon,
  text,
  type Show
} from './show.ts'

export const offer: Show = {
  async event(event, output) {
    switch (event.type) {
      case 'link':
        output.say('On the other device, `holdfast pair` with this link:\n')
        await output.line(text(event, 'link'))
        if (output.terminal && !output.quiet) await sayQr(event, output)
        output.say(`\nOr typed, there:\n\n${typedCommand(event)}`)
        sayForBrowsers(event, output)
        output.say('\nWaiting for the device, 10 minutes at most ... (Ctrl-C ends it)')
        return
      case 'candidate':
        output.say(`"${text(event, 'name')}" asks to be let in. Both devices show: ${names(event, 'words').join(' ')}`)
        return
      case 'paired':
        output.say(
          event['arrived'] === false
            ? `${text(event, 'name')} was let in, but has not said that it could finish. If it does not turn up, remove it: holdfast devices`
            : `${text(event, 'name')} is in. What is here comes to it by itself.`
        )
        return
      default:
        return
    }
  }
}

async function sayQr(event: OutEvent, output: Output): Promise<void> {
  const code = await qrText(text(event, 'link'), process.stderr)
  output.say(`\n${code ?? '(A larger window shows it as a QR code, too.)'}`)
}

/** The same secret in words, as it is typed on the other device: on lines that fit. */
function typedCommand(event: OutEvent): string {
  const words = names(event, 'words')
  const lines = ['  holdfast pair']
  for (let i = 0; i < words.length; i += 6) lines.push(`    ${words.slice(i, i + 6).join(' ')}`)
  for (const address of names(event, 'addresses').slice(0, 3)) lines.push(`    --at ${bare(address)}`)
  return lines.join(' \\\n')
}

/** Plain TCP, which comes first, is nothing that the app in a browser could use. */
function sayForBrowsers(event: OutEvent, output: Output): void {
  const addresses = names(event, 'addresses').filter(isForBrowsers).slice(0, 3)
  if (addresses.length === 0) return
  output.say('\nOr typed in the app, in a browser: the same words, and as the address:\n')
  for (const address of addresses) output.say(`  ${bare(address)}`)
}

function bare(address: string): string {
  return address.replace(/\/p2p\/\w+$/, '')
}

export function joined(event: OutEvent, output: Output): void {
  output.say(`${text(event, 'name')} is in, with its home in ${text(event, 'home')}.`)
  output.say('Next: holdfast sync --once brings the list of files; holdfast up stays connected.')
}

export const relayAdded: Show = {
  event(event, output) {
    if (event['known'] === true) {
      output.say(`Relay ${text(event, 'name')} keeps this vault already: it was added before.`)
      return
    }
    output.say(
      `Relay ${text(event, 'name')} keeps this vault from now on, sealed. Send what is here: holdfast sync --once`
    )
    const kit = text(event, 'kit')
    output.say(kit === '' ? `\nAdd this line to your recovery kit:\n${text(event, 'kitLine')}` : `It is in ${kit}.`)
  }
}

export const relays: Show = {
  async event(event, output) {
    const now = event['connected'] === true ? 'connected' : `last exchange ${ago(event, 'lastExchange')}`
    const where = names(event, 'addresses').join(' ')
    await output.line(`${peerText(event)}  ${text(event, 'id').slice(0, 12)}  ${now}  ${where}`)
    const [held, objects] = [number(event, 'held'), number(event, 'objects')]
    const entries = event['inStep'] === true ? 'all entries' : 'not all entries yet'
    const away = event['away'] === true ? output.paint('yellow', '; missing for too long') : ''
    await output.line(`  ${entries}, ${held} of its ${count(objects, 'object')}${away}`)
    const alone = number(event, 'onlyThere')
    if (alone > 0) await output.line(output.paint('yellow', `  the only known copy of ${count(alone, 'object')}`))
  }
}

export const relayRemoved: Show = {
  event(event, output) {
    output.say(`${text(event, 'name')} is not used any more. What it holds stays there, sealed.`)
    const [lost, fewer] = [number(event, 'lost'), number(event, 'fewer')]
    if (lost > 0) output.warn(`No copy is known any more of ${count(lost, 'object')}.`)
    if (fewer > 0) output.say(`${count(fewer, 'object')} at too few relays: the others make the missing copies.`)
  }
}

export const relaysSet: Show = {
  event(event, output) {
    const [relayCount, copies] = [number(event, 'relays'), number(event, 'copies')]
    const hours = number(event, 'repairAfterMs') / 3_600_000
    const after = hours >= 1 ? count(Math.round(hours), 'hour') : count(Math.round(hours * 3600), 'second')
    const few = copies > relayCount ? ` (${relayCount} now: a relay keeps one)` : ''
    output.say(
      `${count(copies, 'copy', 'copies')} of each piece${few} on ${count(relayCount, 'relay')}; new ones after ${after}.`
    )
  }
}

export const devices: Show = {
  event(event, output) {
    const now =
      event['this'] === true
        ? 'this device'
        : event['connected'] === true
          ? connectedText(event)
          : event['appeared'] === false
            ? 'let in, and never seen since'
            : `last exchange ${ago(event, 'lastExchange')}`
    return output.line(`${peerText(event)}  ${text(event, 'id').slice(0, 12)}  ${now}`)
  }
}

export const revoked: Show = {
  event(event, output) {
    if (event.type !== 'revoked') return
    output.say(`${text(event, 'name')} is no device of yours any more. It keeps what it has and gets nothing new.`)
    if (number(event, 'informed') === 0) output.say('No relay could be told yet: they hear of it with the next sync.')
  }
}

/** Why somebody who was reached has not everything. */
const NOT_IN_STEP: ReadonlyMap<string, string> = new Map([
  ['REFUSED', 'Does not know this vault'],
  ['ROLLED_BACK', 'Has lost this vault'],
  ['QUOTA_EXCEEDED', 'Has no room left'],
  ['PEER_FAILED', 'Could not take everything'],
  ['PEER_MISMATCH', 'Somebody else answers']
])

export const sync: Show = {
  progress(event) {
    if (event['step'] !== undefined) return folderProgress(event)
    const missing = number(event, 'missing')
    const said = `Sent ${bytesText(number(event, 'sentBytes'))}, received ${bytesText(number(event, 'receivedBytes'))}`
    return { done: 0, text: missing === 0 ? said : `${said}, ${count(missing, 'piece')} to come` }
  },
  event(event, output) {
    if (event.type === 'folder') folderText(event, output)
    if (event.type === 'not-synced')
      output.warn(`${text(event, 'message')} ${text(event, 'remedy')} (${text(event, 'code')})`)
    if (showCommon(event, output) || event.type !== 'done') return
    const moved = `sent ${bytesText(number(event, 'sentBytes'))}, received ${bytesText(number(event, 'receivedBytes'))}`
    const peers = count(number(event, 'peers'), 'peer')
    const refused = names(event, 'refused')
    const isInStep = event['inStep'] === true && refused.length === 0
    output.say(isInStep ? `In step with ${peers}: ${moved}.` : `Exchanged with ${peers}: ${moved}.`)
    for (const path of refused) output.say(`You no longer have access to ${path}; what came before stays.`)
    for (const peer of records(event, 'failed'))
      output.say(
        `${NOT_IN_STEP.get(text(peer, 'code')) ?? 'Not reached'}: ${peerText(peer, 'peer')} (${text(peer, 'code')})`
      )
    if (number(event, 'incomplete') > 0)
      output.say(`${count(number(event, 'incomplete'), 'file part')} not whole at a relay.`)
    if (number(event, 'missing') > 0) output.say(`${count(number(event, 'missing'), 'piece')} are with none of them.`)
    for (const line of fewerCopiesLines(event)) output.say(line)
    if (list(event, 'failed').length > 0) output.say('They get the rest when they are back.')
  }
}
