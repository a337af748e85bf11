import { runModel } from '../folder/planner-model.ts'
import { text } from './device.ts'
import { runSeed } from './run.ts'
import type { Task } from './run-many.ts'

/** Seeds that begin with this play the planner of folders, between disks and a vault that are models, instead of a whole world. */
export const PLANNER = 'plan'

/** Steps of people and of passes for one seed of the planner. */
const PLANNER_STEPS = 60

/** What went wrong; undefined: nothing. */
export async function runTask(task: Task): Promise<string | undefined> {
  const { seed, steps = PLANNER_STEPS } = task
  if (!seed.startsWith(PLANNER)) return (await runSeed(task)).failure
  try {
    runModel(Number(seed.slice(PLANNER.length)), steps)
    return undefined
  } catch (error) {
    return text(error)
  }
}
