import { test } from 'node:test'
import { killedRounds } from './killed-rounds.ts'

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 32))

test(`killed at three hundred drawn moments of keeping a folder in step (seed ${seed})`, () => killedRounds(300, seed))
