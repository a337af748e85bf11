import { readdirSync, readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'

/**
 * Makes all renderers `times` slower, with all their threads, by letting them run in short turns: what the browser's own throttle
 * slows is the page alone, and nearly all the work is in its worker. Returns what ends it.
 */
export async function slowRenderers(browser: Browser, times: number): Promise<() => void> {
  const renderers = await renderersOf(browser)
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

/** Seconds of processor. */
export interface RendererCpu {
  /** Of the threads of dedicated workers: what no second processor makes shorter. */
  readonly worker: number
  readonly page: number
  /** With what the browser does beside: compiling, collecting garbage, drawing. */
  readonly all: number
}

/** Of all renderers since they began, as Linux counts it: says more than a clock where other work goes on beside. */
export async function rendererCpu(browser: Browser): Promise<RendererCpu> {
  const threads = (await renderersOf(browser)).flatMap((id) =>
    readdirSync(`/proc/${id}/task`).map((thread) => threadOf(id, thread))
  )
  const seconds = (is: (one: Thread) => boolean): number =>
    threads.filter(is).reduce((sum, one) => sum + one.seconds, 0)
  return {
    worker: seconds(({ name }) => name.startsWith('DedicatedWorker')),
    page: seconds(({ isMain }) => isMain),
    all: seconds(() => true)
  }
}

interface Thread {
  readonly name: string
  readonly isMain: boolean
  readonly seconds: number
}

/** Of one that is gone nothing is counted. */
function threadOf(id: number, thread: string): Thread {
  const at = `/proc/${id}/task/${thread}`
  try {
    const [nanoseconds] = readFileSync(`${at}/schedstat`, 'latin1').split(' ')
    return {
      name: readFileSync(`${at}/comm`, 'latin1'),
      isMain: Number(thread) === id,
      seconds: Number(nanoseconds) / 1e9
    }
  } catch {
    return { name: '', isMain: false, seconds: 0 }
  }
}

async function renderersOf(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}
