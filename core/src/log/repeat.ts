import { isHoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { assertMaySay } from './authority.ts'
import { eventsOf } from './events.ts'
import type { Node, Tops } from './graph.ts'
import { standingOf } from './standing.ts'
import type { State } from './state.ts'
import type { Statement } from './statement.ts'

/**
 * Where two removed each other, both fall, but neither's entry counts, so nothing may build on them: an epoch for those
 * who are left could not be justified by its past. Somebody who stands and may say it says those removals again; this
 * is what this device may say of `loose`, in an order in which it may.
 */
export function repeatable(state: State, counted: Tops, loose: readonly Node[], device: DeviceId): Statement[] {
  const found: Statement[] = []
  let standing = state.standings.in(counted)
  for (const event of loose.flatMap(eventsOf)) {
    const { statement } = event
    const removes =
      statement.kind === 'remove' || (statement.kind === 'import' && statement.signed.statement.kind === 'revoke')
    if (!removes) continue
    try {
      assertMaySay(statement, device, standing, state.genesis.kind)
    } catch (error) {
      if (isHoldfastError(error)) continue
      throw error
    }
    found.push(statement)
    standing = standingOf([...standing.events, event])
  }
  return found
}
