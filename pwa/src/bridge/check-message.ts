import { HoldfastError } from '@holdfast/core/base/errors'
import { READ_BYTES } from './messages.ts'
import type { Method, ToPage, ToWorker } from './messages.ts'

/** Throws INTERNAL when it is no message to the worker. */
export function toWorker(value: unknown): ToWorker {
  const message = record(value)
  const isOne =
    message['kind'] === 'start'
      ? typeof message['death'] === 'string' && message['rtc'] instanceof MessagePort
      : message['kind'] === 'visible'
        ? typeof message['isVisible'] === 'boolean'
        : message['kind'] === 'network' || (isId(message['id']) && isOfCall(message))
  if (!isOne) throw wrong()
  return value as ToWorker
}

/** Throws INTERNAL when it is no message to the page. */
export function toPage(value: unknown): ToPage {
  const message = record(value)
  const { kind } = message
  const isOne =
    kind === 'changed' ||
    (kind === 'state' && typeof record(message['state'])['phase'] === 'string') ||
    (kind === 'mark' && typeof message['marker'] === 'object') ||
    (isId(message['id']) && CALL_ANSWERS.has(String(kind)))
  if (!isOne) throw wrong()
  return value as ToPage
}

const CALL_ANSWERS = new Set(['events', 'progress', 'words', 'let in', 'ask', 'done', 'failed'])

function isOfCall(message: Record<string, unknown>): boolean {
  switch (message['kind']) {
    case 'cancel':
    case 'taken':
      return true
    case 'answer':
      return isId(message['question']) && typeof message['isYes'] === 'boolean'
    case 'device':
      return device(record(message['device']))
    case 'call':
      return isCall(String(message['method']), message['args'])
    default:
      return false
  }
}

type Check = (args: Record<string, unknown>) => boolean

const device: Check = ({ name, passphrase }) => isText(name) && isText(passphrase)
const kit: Check = ({ text, relays }) => isText(text) && isText(relays)
const ARGUMENTS: ReadonlyMap<string, Check | null> = new Map<Method, Check | null>([
  ['create', device],
  ['pendingKit', null],
  ['kitProved', null],
  ['join', ({ name, invitation }) => isText(name) && isText(invitation)],
  ['consider', ({ invitation }) => isText(invitation)],
  ['considerKit', kit],
  ['recover', (args) => device(args) && kit(args) && typeof args['acceptsLess'] === 'boolean'],
  ['unlock', ({ passphrase }) => isText(passphrase)],
  ['lock', null],
  ['erase', null],
  ['run', ({ operation, asks }) => isText(operation) && typeof asks === 'boolean'],
  ['add', ({ files }) => Array.isArray(files) && files.every(isNewFile)],
  ['read', ({ path, start, end, version }) => isText(path) && isRange(start, end) && isOptionalText(version)],
  ['keep', ({ path, isKept }) => isText(path) && typeof isKept === 'boolean'],
  ['kept', null],
  ['transfers', null],
  ['pause', ({ isPaused }) => typeof isPaused === 'boolean'],
  ['storage', null]
])

function isCall(method: string, args: unknown): boolean {
  const check = ARGUMENTS.get(method)
  return check === null ? args === null : check !== undefined && check(record(args))
}

function isNewFile(value: unknown): boolean {
  const { path, file, modifiedMs } = record(value)
  return isText(path) && file instanceof Blob && Number.isSafeInteger(modifiedMs)
}

function isRange(start: unknown, end: unknown): boolean {
  return isId(start) && isId(end) && start <= end && end - start <= READ_BYTES
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw wrong()
  return value as Record<string, unknown>
}

function wrong(): HoldfastError {
  return new HoldfastError('INTERNAL', 'a message that page and worker do not know')
}
