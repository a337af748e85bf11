import type { Task } from './run-many.ts'

/** Worlds in which something was once wrong, and what. They are played in every test run. */
export const KEPT: readonly (Task & { readonly showed: string })[] = [
  { seed: '85', showed: 'a relay deleted a whole blob that was still listed as damaged, to store it anew' },
  {
    seed: '137',
    steps: 20,
    showed: 'a device whose disk had been full never fetched anything again until it was restarted'
  }
]
