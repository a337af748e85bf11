import type { Checker } from '../checker.ts'
import type { World } from '../world.ts'

/** Two entries with one number need a rollback to explain them, and somebody who noticed. */
export function promise03(world: World): Checker {
  const self: Checker = {
    promise: 3,
    says: 'no device signs two entries with one number unless its storage was rolled back, and then it is noticed',
    signed(machine, hash, { vault, log, seq }) {
      const same = world.truth.numbers.get(`${vault}/${log}/${seq}`)!
      if (same.size > 1 && !machine.wasRolledBack)
        world.broken(self, `${machine.name} signed ${seq} twice (${hash.slice(0, 8)})`)
    },
    async atRest() {
      for (const [number, hashes] of world.truth.numbers) {
        if (hashes.size < 2) continue
        // Somebody other than its writer ever had both to compare, or the writer met what it had forgotten.
        if (!world.truth.noted('ROLLED_BACK') && !world.truth.noted('FORKED'))
          world.broken(self, `nobody noticed that ${number.slice(-30)} exists twice`)
      }
    }
  }
  return self
}
