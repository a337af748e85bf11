import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** One world to run: its seed, and how many steps when not its own number of them. */
export interface Task {
  readonly seed: string
  readonly steps?: number
}

/** Runs worlds on all processors. Resolves with one line for each that failed. */
export async function runMany(tasks: readonly Task[]): Promise<string[]> {
  const waiting = [...tasks]
  const failed: string[] = []
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, () => work(waiting, failed)))
  return failed
}

function work(waiting: Task[], failed: string[]): Promise<void> {
  const worker = new Worker(new URL('./run-worker.js', import.meta.url))
  const next = (): void => worker.postMessage(waiting.shift() ?? null)
  return new Promise((resolve, reject) => {
    worker.on('message', ({ task, failure }: { task: Task; failure: string | undefined }) => {
      if (failure !== undefined) failed.push(`seed ${task.seed}: ${failure}\n  again: ${repeat(task)}`)
      next()
    })
    worker.on('error', reject)
    worker.on('exit', () => resolve())
    next()
  })
}

function repeat({ seed, steps }: Task): string {
  return `npm run sim -- --seed ${seed}${steps === undefined ? '' : ` --steps ${steps}`}`
}
