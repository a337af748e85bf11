import { spawn } from 'node:child_process'

/** Tells systemd how far this process is, where it was started by it. Nothing depends on whether that succeeds. */
export function tellSystemd(
  state: 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1',
  env: NodeJS.ProcessEnv = process.env
): void {
  if (env['NOTIFY_SOCKET'] === undefined) return
  const child = spawn('systemd-notify', [`--pid=${process.pid}`, state], { stdio: 'ignore' })
  child.on('error', () => undefined)
  child.unref()
}

/** How often systemd is to hear that this process still goes round; undefined where it does not ask for that. */
export function watchdogMs(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const { WATCHDOG_USEC: everyUs = '', WATCHDOG_PID: pid } = env
  if (!/^[1-9]\d{0,15}$/.test(everyUs) || (pid !== undefined && Number(pid) !== process.pid)) return undefined
  return Math.max(1000, Number(everyUs) / 1000 / 3)
}
