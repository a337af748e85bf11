import { parseArgs } from 'node:util'
import { runMany, type Task } from './run-many.ts'
import { PLANNER, runTask } from './run-task.ts'
import { runSeed } from './run.ts'

const HELP = `
Usage: npm run sim -- [--seeds N] [--from SEED] [--seed SEED] [--steps N]

Runs the simulator: devices and relays in one process on a virtual clock, with faults drawn from a seed. Prints the
seed of every failure and the command that repeats it. Each seed also plays ten of the planner of folders, which
decides between disks and a vault that people change and processes die between any two of its steps.
  --seeds N    how many seeds to try (100)
  --from SEED  the first of them, a number (1)
  --relays     worlds of several relays, which are also destroyed (their seeds begin with many)
  --folders    worlds whose devices keep a folder in step, on a modelled disk (their seeds begin with folder)
  --seed SEED  play this one seed and say everything that happens (of the planner: plan1, plan2 and so on)
  --steps N    steps per seed (each seed has its own number)`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    relays: { type: 'boolean' },
    folders: { type: 'boolean' },
    seed: { type: 'string' },
    steps: { type: 'string' },
    help: { type: 'boolean' }
  }
})
/** Of the planner for each world: they take a fraction of its time. */
const PLANNER_SEEDS = 10

if (values.help === true) process.stdout.write(`${HELP.trim()}\n`)
else process.exitCode = await main()

async function main(): Promise<number> {
  const steps = values.steps === undefined ? {} : { steps: Number(values.steps) }
  if (values.seed?.startsWith(PLANNER) === true) {
    const failure = await runTask({ seed: values.seed, ...steps })
    process.stdout.write(`${failure ?? 'nothing is lost, and all end equal'}\n`)
    return failure === undefined ? 0 : 1
  }
  if (values.seed !== undefined) {
    const { failure, digest, events } = await runSeed({
      seed: values.seed,
      ...steps,
      say: (line) => process.stdout.write(`${line}\n`)
    })
    process.stdout.write(`${failure ?? 'all promises held'}\n${events} events, trace ${digest.slice(0, 16)}\n`)
    return failure === undefined ? 0 : 1
  }
  const from = Number(values.from ?? 1)
  const count = Number(values.seeds ?? 100)
  const seedsOf = (prefix: string, first: number, length: number): Task[] =>
    Array.from({ length }, (_, i) => ({ seed: `${prefix}${first + i}`, ...steps }))
  const failed = await runMany([
    ...seedsOf(PLANNER, (from - 1) * PLANNER_SEEDS + 1, count * PLANNER_SEEDS),
    ...seedsOf(values.relays === true ? 'many' : values.folders === true ? 'folder' : '', from, count)
  ])
  for (const line of failed) process.stdout.write(`${line}\n`)
  process.stdout.write(
    `${count} seeds, and ${count * PLANNER_SEEDS} of the planner of folders: ${failed.length} failed\n`
  )
  return failed.length === 0 ? 0 : 1
}
