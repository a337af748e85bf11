import type { World } from './world.ts'

const MOST_ROUNDS = 20

/** Everything has been exchanged: passes, and what they bring about, until no folder has anything to do. All then show the vault. */
export async function foldersInStep(world: World): Promise<void> {
  const devices = world.devices.filter(({ folder, run }) => folder !== undefined && run !== undefined)
  for (let round = 0, isQuiet = devices.length === 0; !isQuiet; round++) {
    if (world.failure !== undefined) return
    if (round === MOST_ROUNDS)
      return world.fail(
        `folders do not come into step: ${devices.flatMap((one) => one.folder!.difference()).join('; ')}`
      )
    isQuiet = true
    for (const { folder } of devices) if (!(await folder!.pass())) isQuiet = false
    if (!isQuiet) await world.meetAgain()
  }
  for (const { folder, name } of devices) {
    const lines = folder!.difference()
    if (lines.length > 0)
      return world.fail(`${name} shows another folder than its vault: ${lines.slice(0, 4).join('; ')}`)
  }
}
