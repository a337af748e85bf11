import { agoText, count } from '@holdfast/core/base/amounts'
import { explain } from '@holdfast/core/base/errors'
import { lastCare } from '@holdfast/core/engine/care'
import type { Engine } from '@holdfast/core/engine/engine'
import { needsPerson } from '@holdfast/core/engine/status'
import type { Status } from '@holdfast/core/engine/status'
import { pathText } from '@holdfast/core/operations/failures'
import { fine, found, type Check } from './check.ts'

const DAY_MS = 86_400_000
const VERIFY_EVERY_MS = 60 * DAY_MS

/** What the home itself knows to be wrong. */
export function problemChecks({ problems }: Pick<Status, 'problems'>): Check[] {
  if (problems.length === 0) return [fine('home', 'The home is whole.')]
  return problems.map(({ code, peer, path }) => {
    const about = path === undefined ? peer : pathText(path)
    const state = path !== undefined || needsPerson(code) ? 'error' : 'warning'
    return found('home', state, code, explain(code).cause, about === undefined ? {} : { about })
  })
}

/** What would be lost with one disk, and what nobody has tried for long. */
export async function careChecks(engine: Engine, status: Status): Promise<Check[]> {
  return [copies(status), ...listening(engine), await verified(engine, status), await kit(engine)]
}

function copies({ onlyHere, couldDie, unreachable }: Status): Check {
  if (unreachable.files > 0)
    return found('copies', 'warning', 'NOT_HERE', `${count(unreachable.files, 'file')} cannot be read now.`)
  const alone = Math.max(onlyHere.files, couldDie.files)
  if (alone === 0) return fine('copies', 'Every file is in several places.')
  return found('copies', 'warning', 'ONE_COPY', `Of ${count(alone, 'file')} only one copy is known.`)
}

/** Who neither listens nor has a relay meets nobody. */
function listening(engine: Engine): Check[] {
  if (!engine.isOnline || engine.relays().length > 0) return []
  const { length } = engine.network.host.addresses()
  if (length > 0) return [fine('port', `This device listens at ${count(length, 'address', 'addresses')}.`)]
  return [found('port', 'warning', 'NOT_LISTENING', 'This device listens nowhere, and there is no relay to meet at.')]
}

async function verified({ home }: Engine, { files }: Status): Promise<Check> {
  if (files === 0) return fine('verify', 'There is nothing to verify yet.')
  const lastMs = await lastCare(home, 'verify')
  const nowMs = home.clock.nowMs()
  if (lastMs === undefined) return found('verify', 'warning', 'NOT_VERIFIED_LATELY', 'This home was never verified.')
  const said = `This home was last verified ${agoText(lastMs, nowMs)}.`
  return nowMs - lastMs > VERIFY_EVERY_MS
    ? found('verify', 'warning', 'NOT_VERIFIED_LATELY', said)
    : fine('verify', said)
}

async function kit({ home }: Engine): Promise<Check> {
  const lastMs = await lastCare(home, 'recovery test')
  if (lastMs !== undefined)
    return fine('recovery kit', `The recovery words were last tested ${agoText(lastMs, home.clock.nowMs())}.`)
  return found(
    'recovery kit',
    'warning',
    'KIT_NEVER_TESTED',
    'Nobody has tried on this device whether the recovery words bring everything back.'
  )
}
