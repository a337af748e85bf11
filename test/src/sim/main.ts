import { parseArgs } from 'node:util'
import { runMany } from './run-many.ts'
import { runSeed } from './run.ts'

const HELP = `
Usage: npm run sim -- [--seeds N] [--from SEED] [--seed SEED] [--steps N]

Runs the simulator: devices and relays in one process on a virtual clock, with faults drawn from a seed. Prints the
seed of every failure and the command that repeats it.
  --seeds N    how many seeds to try (100)
  --from SEED  the first of them, a number (1)
  --relays     worlds of several relays, which are also destroyed (their seeds begin with many)
  --seed SEED  play this one seed and say everything that happens
  --steps N    steps per seed (each seed has its own number)`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    relays: { type: 'boolean' },
    seed: { type: 'string' },
    steps: { type: 'string' },
    help: { type: 'boolean' }
  }
})
if (values.help === true) process.stdout.write(`${HELP.trim()}\n`)
else process.exitCode = await main()

async function main(): Promise<number> {
  const steps = values.steps === undefined ? {} : { steps: Number(values.steps) }
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
  const failed = await runMany(
    Array.from({ length: count }, (_, i) => ({ seed: `${values.relays === true ? 'many' : ''}${from + i}`, ...steps }))
  )
  for (const line of failed) process.stdout.write(`${line}\n`)
  process.stdout.write(`${count} seeds, ${failed.length} failed\n`)
  return failed.length === 0 ? 0 : 1
}
