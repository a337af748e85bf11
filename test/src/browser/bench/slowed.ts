import type { Browser } from 'playwright-core'

/**
 * Makes all renderers `times` slower, with all their threads, by letting them run in short turns: what the browser's own throttle
 * slows is the page alone, and nearly all the work is in its worker. Returns what ends it.
 */
export async function slowRenderers(browser: Browser, times: number): Promise<() => void> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    for (const id of renderers) process.kill(id, name)
  }
  let timer: NodeJS.Timeout | undefined
  const run = (): void => {
    signal('SIGCONT')
    timer = setTimeout(stop, TURN_MS)
  }
  const stop = (): void => {
    signal('SIGSTOP')
    timer = setTimeout(run, TURN_MS * (times - 1))
  }
  run()
  return () => {
    clearTimeout(timer)
    signal('SIGCONT')
  }
}

const TURN_MS = 10

/** Of all renderers since they began: says more than a clock where other work goes on beside. */
export async function rendererCpuSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}
