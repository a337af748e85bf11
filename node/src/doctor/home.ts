import { agoText, count } from '@holdfast/core/base/amounts'
import { explain } from '@holdfast/core/base/errors'
import { lastCare } from '@holdfast/core/engine/care'
import type { Engine } from '@holdfast/core/engine/engine'
import { needsPerson } from '@holdfast/core/engine/status'
import type { Status } from '@holdfast/core/engine/status'
import type { SomeFiles } from '@holdfast/core/engine/vault-status'
import { pathText } from '@holdfast/core/operations/failures'
import { fine, found, type Check } from './check.ts'

const DAY_MS = 86_400_000
const VERIFY_EVERY_MS = 60 * DAY_MS
/** Nobody is told to verify what was just written. */
const YOUNG_DAYS = 7
/** Of files that something is wrong with, so many are named. */
const NAMED = 3

/** What the home itself knows to be wrong. */
export function problemChecks({ problems }: Pick<Status, 'problems'>): Check[] {
  if (problems.length === 0) return [fine('home', 'The home is whole.')]
  return problems.map(({ code, peer, path }) => {
    const about = path === undefined ? peer : pathText(path)
    const state = path !== undefined || needsPerson(code) ? 'error' : 'warning'
    return found('home', state, code, explain(code).cause, about === undefined ? {} : { about })
  })
}

/** What would be lost with one disk, and what nobody has tried for long. `isUp`: here runs the process that stays. */
export async function careChecks(engine: Engine, status: Status, isUp: boolean): Promise<Check[]> {
  const addresses = engine.isOnline ? engine.network.host.addresses().length : undefined
  const relays = engine.relays().length
  const nowMs = engine.home.clock.nowMs()
  return [
    copiesCheck(status),
    ...(isUp && addresses !== undefined ? [portCheck({ addresses, relays })] : []),
    verifiedCheck(
      { files: status.files, daysSeen: engine.home.replica.daysSeen },
      await lastCare(engine.home, 'verify'),
      nowMs
    ),
    kitCheck(await lastCare(engine.home, 'recovery test'), nowMs)
  ]
}

export function copiesCheck({
  onlyHere,
  couldDie,
  unreachable
}: Pick<Status, 'onlyHere' | 'couldDie' | 'unreachable'>): Check {
  if (unreachable.files > 0)
    return found('copies', 'warning', 'NOT_HERE', `${filesText(unreachable)} cannot be read now.`)
  const alone = onlyHere.files > couldDie.files ? onlyHere : couldDie
  if (alone.files === 0) return fine('copies', 'Of every file more than one copy is known.')
  return found('copies', 'warning', 'ONE_COPY', `Only one copy is known of ${filesText(alone)}.`)
}

/** How many, and the first of them. */
function filesText({ files, paths }: SomeFiles): string {
  const named = paths.slice(0, NAMED).map(pathText)
  if (named.length === 0) return count(files, 'file')
  return `${count(files, 'file')} (${named.join(', ')}${files > named.length ? ' …' : ''})`
}

/** Who neither listens nor has a relay meets nobody. A command that ends again need not be found. */
export function portCheck({ addresses, relays }: { readonly addresses: number; readonly relays: number }): Check {
  if (addresses > 0) return fine('port', `This device listens at ${count(addresses, 'address', 'addresses')}.`)
  if (relays > 0) return fine('port', 'This device listens nowhere: others meet it through a relay.')
  return found('port', 'warning', 'NOT_LISTENING', 'This device listens nowhere, and there is no relay to meet at.')
}

/** `daysSeen`: days on which this home ran. */
export function verifiedCheck(
  { files, daysSeen }: Pick<Status, 'files'> & { readonly daysSeen: number },
  lastMs: number | undefined,
  nowMs: number
): Check {
  if (files === 0) return fine('verify', 'There is nothing to verify yet.')
  if (lastMs === undefined && daysSeen < YOUNG_DAYS)
    return fine('verify', 'This home is new: there was nothing to verify so far.')
  if (lastMs === undefined) return found('verify', 'warning', 'NOT_VERIFIED_LATELY', 'This home was never verified.')
  const said = `This home was last verified ${agoText(lastMs, nowMs)}.`
  return nowMs - lastMs > VERIFY_EVERY_MS
    ? found('verify', 'warning', 'NOT_VERIFIED_LATELY', said)
    : fine('verify', said)
}

export function kitCheck(lastMs: number | undefined, nowMs: number): Check {
  if (lastMs !== undefined)
    return fine('recovery kit', `The recovery words were last tested ${agoText(lastMs, nowMs)}.`)
  return found(
    'recovery kit',
    'warning',
    'KIT_NEVER_TESTED',
    'Nobody has tried on this device whether the recovery words bring everything back.'
  )
}
