import { count } from '@holdfast/core/base/amounts'
import { explain, ERRORS, type ErrorCode } from '@holdfast/core/base/errors'

/** Why something for somebody else is still here, as the end of a sentence. */
export function whyWaits(code: string): string {
  const said = SAID.get(code)
  if (said !== undefined) return said
  if (!Object.hasOwn(ERRORS, code)) return code
  return explain(code as ErrorCode).cause.replace(/\.$/, '')
}

/** How far the process that stays has come with the folders, before it goes online. */
export function catchingUpText({ path, step, files }: { path: string; step: string; files: number }): string {
  const done = step === 'sealing' ? `${count(files, 'file')} sealed` : `${count(files, 'name')} so far`
  return `Looking through ${path} for what changed meanwhile: ${done}.`
}

const UNREACHED = 'none of their relays could be reached'

const SAID: ReadonlyMap<string, string> = new Map([
  ['NO_PEER', UNREACHED],
  ['TIMEOUT', UNREACHED],
  ['DISCONNECTED', UNREACHED],
  ['NO_KEYS', 'none of their devices has been at their relay yet to leave it a key to seal it to'],
  ['MAILBOX_FULL', 'their mailbox is full'],
  ['REFUSED', 'their relay does not know them any more']
])
