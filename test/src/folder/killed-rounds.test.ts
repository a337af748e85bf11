import { test } from 'node:test'
import { killedRounds } from './killed-rounds.ts'

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 32))

test(`A27 killed at ten drawn moments of keeping a folder in step: nothing is lost, half written, left over or come back (seed ${seed})`, () =>
  killedRounds(10, seed))
