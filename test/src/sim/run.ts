import { Rng } from './rng.ts'
import { checkRest, comeToRest } from './rest.ts'
import { SimFolder } from './folder.ts'
import { foldersInStep } from './folders-rest.ts'
import { Steps } from './steps.ts'
import { text } from './device.ts'
import { withThreadsOf } from './threads.ts'
import type { Wiring } from './wiring.ts'
import { World } from './world.ts'

export interface RunOptions {
  readonly seed: string
  /** At most; a seed has a number of its own when it is not given. */
  readonly steps?: number
  readonly wiring?: Wiring
  readonly say?: (line: string) => void
}

export interface RunReport {
  readonly seed: string
  readonly steps: number
  readonly failure: string | undefined
  /** The same for the same seed, steps and program. */
  readonly digest: string
  readonly lines: readonly string[]
  readonly events: number
  readonly virtualMs: number
}

/** One world from its beginning until it has come to rest, or until a promise was broken. */
export async function runSeed({ seed, steps: given, wiring, say }: RunOptions): Promise<RunReport> {
  const shape = new Rng(`${seed} shape`)
  // Drawn in any case: the rest of a world does not depend on how long it is watched.
  const drawn = shape.weighted([
    [40, 8],
    [35, 16],
    [18, 30],
    [6, 60],
    [1, 150]
  ])
  const steps = given ?? drawn
  const world = new World({
    seed,
    devices: shape.weighted([
      [5, 2],
      [3, 3],
      [2, 4]
    ]),
    ...relaysOf(seed, shape),
    ...(wiring === undefined ? {} : { wiring }),
    ...(say === undefined ? {} : { say })
  })
  const onRejection = (error: unknown): void => world.fail(`nobody handles ${text(error)}`)
  process.on('unhandledRejection', onRejection)
  try {
    await withThreadsOf(world.scheduler, () => live(world, seed, steps))
  } catch (error) {
    world.fail(`an error that nobody handles: ${text(error)}`)
  } finally {
    process.off('unhandledRejection', onRejection)
  }
  const { failure, trace, scheduler } = world
  return {
    seed,
    steps,
    failure,
    digest: trace.digest(),
    lines: trace.lines,
    events: scheduler.events,
    virtualMs: scheduler.nowMs
  }
}

/** Worlds whose seed begins with `many` have so many relays that each holds only a part. */
function relaysOf(seed: string, shape: Rng): { relays: number; repairAfterMs?: number } {
  if (!seed.startsWith('many')) return { relays: shape.between(1, 2) }
  return { relays: shape.between(3, 4), repairAfterMs: shape.pick([30_000, 120_000, 86_400_000])! }
}

/** Worlds whose seed begins with this have on every device a folder that is kept in step. */
const FOLDERS = 'folder'

async function live(world: World, seed: string, count: number): Promise<void> {
  await drive(world, world.begin())
  if (seed.startsWith(FOLDERS)) for (const device of world.devices) device.folder = new SimFolder(device)
  const steps = new Steps(world)
  for (let step = 0; step < count && world.failure === undefined; step++) await steps.next()
  if (world.failure === undefined) await drive(world, comeToRest(world, steps.faults))
  if (world.failure === undefined) await drive(world, foldersInStep(world))
  if (world.failure === undefined) await drive(world, checkRest(world))
  for (const checker of world.checkers)
    if (world.failure === undefined && checker.atRest !== undefined) await drive(world, checker.atRest())
  for (const device of world.devices) device.run?.vault.index.close()
}

/** Lets time pass until this is done. */
export async function drive(world: World, work: Promise<void>): Promise<void> {
  let state: 'running' | 'done' | { error: unknown } = 'running'
  work.then(
    () => (state = 'done'),
    (error: unknown) => (state = { error })
  )
  await world.scheduler.runUntil(() => state !== 'running', 3_600_000)
  const ended = state as 'running' | 'done' | { error: unknown }
  if (ended === 'running') world.fail('does not end')
  else if (ended !== 'done') throw ended.error
}
