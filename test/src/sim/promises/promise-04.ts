import type { Checker } from '../checker.ts'
import { checkIndex } from '../index-check.ts'
import type { World } from '../world.ts'

export function promise04(world: World): Checker {
  const self: Checker = {
    promise: 4,
    says: 'the index is a function of the set of counted entries, and one that was saved loads',
    async atRest() {
      for (const device of world.devices) {
        if (device.run === undefined) continue
        const wrong = await checkIndex(device)
        if (wrong !== undefined) world.broken(self, `${device.name}: ${wrong}`)
      }
    }
  }
  return self
}
