import { parentPort } from 'node:worker_threads'
import { runSeed } from './run.ts'
import type { Task } from './run-many.ts'

parentPort!.on('message', (task: Task | null) => {
  if (task === null) return parentPort!.close()
  void runSeed(task).then(({ failure }) => parentPort!.postMessage({ task, failure }))
})
