import type { Checker } from '../checker.ts'
import { text } from '../device.ts'
import { isCode } from '../machine.ts'
import type { World } from '../world.ts'

export function promise10(world: World): Checker {
  const self: Checker = {
    promise: 10,
    says: 'reading needs no network when the bytes are here, writing never needs one',
    ended({ device, kind, what, needsNobody }, outcome) {
      if (outcome.kind === 'done' || kind === 'pair') return
      if (outcome.kind === 'hangs') {
        if (needsNobody) world.broken(self, `${device.name}: ${what} waits for somebody`)
        return
      }
      const isOfNetwork = isCode(outcome.error, 'NO_PEER', 'DISCONNECTED', 'TIMEOUT')
      if (isOfNetwork || (kind === 'read' && needsNobody))
        world.broken(self, `${device.name}: ${what}: ${text(outcome.error)}`)
    }
  }
  return self
}
