import type { Checker } from '../checker.ts'
import type { World } from '../world.ts'
import { promise01 } from './promise-01.ts'
import { promise02 } from './promise-02.ts'
import { promise03 } from './promise-03.ts'
import { promise04 } from './promise-04.ts'
import { promise05 } from './promise-05.ts'
import { promise06 } from './promise-06.ts'
import { promise07 } from './promise-07.ts'
import { promise08 } from './promise-08.ts'
import { promise09 } from './promise-09.ts'
import { promise10 } from './promise-10.ts'

/** One checker for each promise of the house. */
export function promises(world: World): Checker[] {
  const all = [
    promise01,
    promise02,
    promise03,
    promise04,
    promise05,
    promise06,
    promise07,
    promise08,
    promise09,
    promise10
  ]
  return all.map((make) => make(world))
}
