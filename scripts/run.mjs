// npm run demo | sim | model | bench | screenshots: sets up what the program needs, then becomes it.
import { buildApp } from './app.mjs'
import { become, begin, fail } from './house.mjs'
import { prepare } from './setup.mjs'

const programs = {
  demo: {
    main: 'node/dist/demo/main.js',
    needs: 'runtime',
    help: `
Usage: npm run demo -- DIR [--json]

Takes the files of DIR from a laptop through relays to a second device and a second person, in a temporary directory, and
checks every step: what a relay can read, a relay killed in the middle, edits on both sides while offline, shredding,
sharing and taking back, messages, the loss of a relay. Exits 0 only if every promise held.
  --json   one JSON object a line`
  },
  sim: {
    main: 'test/dist/sim/main.js',
    needs: 'full',
    help: `
Usage: npm run sim -- [--seeds N] [--from SEED] [--seed SEED] [--steps N]

Runs the simulator: devices and relays in one process on a virtual clock, with faults drawn from a seed. Prints the
seed of every failure, which --seed plays again. Each seed also plays ten of the planner of folders (plan1, plan2 ...).
  --seeds N    how many seeds to try
  --from SEED  the first of them, a number
  --relays     worlds of several relays, which are also destroyed
  --folders    worlds whose devices keep a folder in step, on a modelled disk
  --seed SEED  play this one seed and say everything that happens
  --steps N    steps per seed`
  },
  model: {
    main: 'test/dist/model/main.js',
    needs: 'full',
    help: `
Usage: npm run model -- [--depth N] [--scope brief|lean|full] [--opening NAME] [--sets N] [--minutes N]

Checks membership, counting and epochs on every set of up to N operations of three devices of two accounts, each made
on every view of the others, in every order of delivery; and against a second, naive reading of FORMAT.md.
  --depth N         operations in a set (5)
  --scope SCOPE     brief, lean (this one) or full: how many variants of each operation
  --opening NAME    only from this start: pair, equals, chain or fresh
  --sets N          sets of one size to check at most (40000)
  --minutes N       ends the search in any case (30)`
  },
  screenshots: {
    main: 'test/dist/browser/screenshots.js',
    needs: 'full',
    help: `
Usage: npm run screenshots

Draws every screen of the app into docs/screenshots, as a phone and a desktop show it, light and dark: a real relay and
laptop with the sample folder, and the Chromium of this machine (HOLDFAST_CHROMIUM names another one).`
  },
  bench: {
    main: 'test/dist/bench/main.js',
    needs: 'full',
    help: `
Usage: npm run bench -- [options] [NAME...]

Measures Holdfast on this machine: laptop A, a relay and laptop B, three processes on loopback, and Syncthing with an untrusted
encrypted device in the middle beside them where it is installed (Debian: apt install syncthing). Times are until B has all.

  NAME, --only NAME  only the measurements whose name contains it
  --size MIB         of the large file, 1024 by default; the numbers of files shrink with it
  --runs N           of each, 1 by default; the median is told
  --no-syncthing     only Holdfast
  --dir DIR          where to work: on the disk to be measured
  --keep             leave the folder there
  --profile DIR      write a CPU profile of each Holdfast process there
  --json             one JSON object a line

Measurements: large, small, middle, sources, start, index, talk (the end of a long conversation), message (said until shown, through
a relay), folder (two folders kept in step), people (a relay's loss made good, a member taken out); only when named: many (100,000 files of 1 KiB), browser (the app in Chromium)`
  }
}

const name = process.argv[2] ?? ''
const program = Object.hasOwn(programs, name) ? programs[name] : undefined
if (program === undefined) fail(`Unknown program "${name}". Known: ${Object.keys(programs).join(', ')}.`, 2)
const args = begin(program.help, process.argv.slice(3))
process.stderr.write(`Holdfast ${name}: setting up ...\n`)
await prepare(program.needs)
if (name === 'screenshots' && !(await buildApp()).ok) fail('The app was not built. Run: npm run build')
await become(program.main, args)
