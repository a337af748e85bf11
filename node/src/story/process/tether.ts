import { isMainThread } from 'node:worker_threads'

// Loaded with --import into a long-running program that was started by another: ends it, politely, when its starter has
// died, however it died. The starter holds the other end of standard input; the system closes it with the process.
// Threads of that program load this too, and have nothing to end.
if (isMainThread) {
  process.stdin.on('error', end)
  process.stdin.on('end', end)
  process.stdin.resume()
  // Listening for that is no reason to stay alive.
  process.stdin.unref()
}

function end(): void {
  process.kill(process.pid, 'SIGTERM')
}
