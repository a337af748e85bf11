import { parentPort } from 'node:worker_threads'
import { runTask } from './run-task.ts'
import type { Task } from './run-many.ts'

parentPort!.on('message', (task: Task | null) => {
  if (task === null) return parentPort!.close()
  void runTask(task).then((failure) => parentPort!.postMessage({ task, failure }))
})
