import { spawn } from 'node:child_process'

/** Tells systemd how far this process is, where it was started by it. Nothing depends on whether that succeeds. */
export function tellSystemd(state: 'READY=1' | 'STOPPING=1', env: NodeJS.ProcessEnv = process.env): void {
  if (env['NOTIFY_SOCKET'] === undefined) return
  const child = spawn('systemd-notify', [`--pid=${process.pid}`, state], { stdio: 'ignore' })
  child.on('error', () => undefined)
  child.unref()
}
