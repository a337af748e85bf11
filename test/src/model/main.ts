import { parseArgs } from 'node:util'
import type { Scope } from './acts.ts'
import { Cast } from './cast.ts'
import { checkWorld } from './check.ts'
import type { Level } from './check.ts'
import { OPENINGS } from './opening.ts'
import { Disagreement, World } from './world.ts'

const HELP = `
Usage: npm run model -- [--depth N] [--scope brief|lean|full] [--opening NAME] [--sets N] [--minutes N]

Checks membership, counting and epochs on every set of up to N operations of three devices of two accounts, each made on
every view of the others, delivered in every order that matters; and against a second, naive reading of FORMAT.md.
  --depth N         operations in a set (5)
  --scope SCOPE     brief: each kind of operation by whom it serves most; lean: by everybody (this one); full: every variant
  --opening NAME    only this start: ${OPENINGS.map(({ name, about }) => `\n                      ${name}: ${about}`).join('')}
  --sets N          sets of one size to check at most; which ones, hashes decide (40000)
  --minutes N       ends the search in any case (30)`

const ALL_ORDERS_DEPTH = 3
const options = {
  depth: { type: 'string', default: '5' },
  scope: { type: 'string', default: 'lean' },
  opening: { type: 'string' },
  sets: { type: 'string', default: '40000' },
  minutes: { type: 'string', default: '30' },
  help: { type: 'boolean' }
} as const

const { values } = parseArgs({ options })
process.exitCode = values.help === true ? help() : await main()

function help(): number {
  process.stdout.write(`${HELP.trim()}\n`)
  return 0
}

async function main(): Promise<number> {
  const { scope } = values
  const [depth, sets, minutes] = [values.depth, values.sets, values.minutes].map(Number)
  const openings = OPENINGS.filter(({ name }) => values.opening === undefined || values.opening === name)
  const isPositive = [depth, sets, minutes].every((number) => number !== undefined && number > 0)
  if (!isScope(scope) || openings.length === 0 || !isPositive) {
    process.stderr.write(`Not understood.\n${HELP.trim()}\n`)
    return 2
  }
  const cast = await Cast.gather()
  const startMs = performance.now()
  const total = { checked: 0, orders: 0, complete: true }
  for (const [index, opening] of openings.entries()) {
    process.stdout.write(`${opening.name}: ${opening.about}\n`)
    // Each opening may use its share of what is left, so that the last one is not left out.
    const untilMs = performance.now() + (startMs + minutes! * 60_000 - performance.now()) / (openings.length - index)
    const world = await World.open(cast, opening, scope)
    const bounds = {
      depth: depth!,
      sets: sets!,
      signedDepth: 2,
      allOrdersDepth: ALL_ORDERS_DEPTH,
      isOver: () => performance.now() > untilMs
    }
    let deepest = 0
    try {
      await checkWorld(world, bounds, (level) => {
        process.stdout.write(`  ${tell(level)}\n`)
        total.checked += level.checked
        total.orders += level.orders
        total.complete &&= level.complete
        deepest = level.operations
      })
    } catch (error) {
      if (!(error instanceof Disagreement)) throw error
      process.stdout.write(`DISAGREEMENT: ${error.message}\n`)
      return 1
    }
    if (deepest < depth!) {
      total.complete = false
      process.stdout.write(`  more than ${deepest} operations: none, the time was over\n`)
    }
    process.stdout.write(`  ${world.made} entries judged, of which product and oracle both refused ${world.refused}\n`)
  }
  process.stdout.write(
    `${total.checked} sets in ${total.orders} orders, no disagreement. ${total.complete ? 'Every set was checked.' : 'NOT every set: --sets or --minutes ended the search.'}\n`
  )
  return 0
}

function isScope(scope: string): scope is Scope {
  return scope === 'brief' || scope === 'lean' || scope === 'full'
}

function tell({ operations, checked, orders, reached, complete }: Level): string {
  const which = operations <= ALL_ORDERS_DEPTH ? 'in every order' : 'with every entry last that can be last'
  const alike =
    reached === checked ? '' : ` (${reached}, of which ${reached - checked} differ from these by a name only)`
  return `${operations} operations: ${complete ? 'all' : 'a part, the bound was reached:'} ${checked} sets${alike}, ${orders} deliveries ${which}`
}
