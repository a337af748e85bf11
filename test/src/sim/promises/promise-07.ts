import type { Checker } from '../checker.ts'
import type { World } from '../world.ts'

/** As far as the relays of this world lie: nothing that no member signed gets in. What is read is compared in promise 8. */
export function promise07(world: World): Checker {
  const self: Checker = {
    promise: 7,
    says: 'nothing a relay sends changes what a member reads',
    stranger(machine, hash) {
      world.broken(self, `${machine.name} took in ${hash.slice(0, 8)}, which nobody signed`)
    }
  }
  return self
}
