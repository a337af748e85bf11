import { HoldfastError } from '../base/errors.ts'
import { fromUtf8, utf8 } from '../base/bytes.ts'
import { LIMITS } from '../base/limits.ts'
import { ATTACHMENTS_NAME } from './conversation-names.ts'

/** A message as it is read: its text, and the names within `attachments` that it mentions. Hostile, both. */
export interface MessageText {
  readonly text: string
  readonly attachments: readonly string[]
}

/** The bytes of a message: its text, then a line of Markdown for each attachment. Throws USAGE for no text at all, TOO_LARGE. */
export function encodeMessage({ text, attachments }: MessageText): Uint8Array {
  if (text.trim() === '' && attachments.length === 0) throw new HoldfastError('USAGE', 'a message needs some text')
  const links = attachments.map((name) => `[${label(name)}](<${ATTACHMENTS_NAME}/${name}>)`)
  const body = [...(text === '' ? [] : [text.replace(/\n+$/, '')]), ...links].join('\n')
  const bytes = utf8(`${body}\n`)
  if (bytes.length > LIMITS.messageBytes) throw new HoldfastError('TOO_LARGE', TOO_LONG)
  return bytes
}

/** The same back. Never throws: what is no text is shown with replacement characters, and links that are none stay text. */
export function readMessage(bytes: Uint8Array): MessageText {
  const lines = textOf(bytes).replace(/\n$/, '').split('\n')
  const attachments: string[] = []
  for (let last = lines.at(-1); last !== undefined; last = lines.at(-1)) {
    const name = LINK.exec(last)?.[1]
    if (name === undefined || name.includes('/') || attachments.length >= MOST_ATTACHMENTS) break
    attachments.unshift(name)
    lines.pop()
  }
  return { text: lines.join('\n'), attachments }
}

function textOf(bytes: Uint8Array): string {
  const whole = bytes.subarray(0, LIMITS.messageBytes)
  try {
    return fromUtf8(whole)
  } catch {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole)
  }
}

/** Brackets would end the label. */
function label(name: string): string {
  return name.replace(/[[\]\\]/g, '_')
}

const MOST_ATTACHMENTS = 64
const TOO_LONG = 'a message has at most 60 KiB; attach a file instead'
const LINK = new RegExp(`^\\[[^\\]]*\\]\\(<${ATTACHMENTS_NAME}/([^<>]+)>\\)$`)
