import { readFileSync } from 'node:fs'
import type { Browser, CDPSession, Page } from 'playwright-core'

interface HeapUsage {
  readonly usedSize: number
  readonly embedderHeapUsedSize?: number
  readonly backingStorageSize?: number
}

/** Asks again and again what the worker of a page holds, and the process it runs in; remembers the most. */
export class HeapWatch {
  private readonly session: CDPSession
  private readonly worker: string
  private readonly processes: readonly number[]
  private readonly timer: NodeJS.Timeout
  private readonly answers = new Map<number, (usage: HeapUsage) => void>()
  private lastId = 0
  private workerBytes = 0
  private rendererBytes = 0

  static async start(browser: Browser, page: Page): Promise<HeapWatch> {
    const whole = await browser.newBrowserCDPSession()
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo')
    await whole.detach()
    const session = await page.context().newCDPSession(page)
    const attached = new Promise<string>((resolve) =>
      session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
        if (targetInfo.type === 'worker') resolve(sessionId)
      })
    )
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
    return new HeapWatch(session, await attached, renderers)
  }

  private constructor(session: CDPSession, worker: string, processes: readonly number[]) {
    this.session = session
    this.worker = worker
    this.processes = processes
    session.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id: number; result?: HeapUsage }
      if (result !== undefined) this.answers.get(id)?.(result)
    })
    this.timer = setInterval(() => void this.look(), EVERY_MS)
  }

  async stop(): Promise<{ readonly workerMB: number; readonly rendererMB: number }> {
    clearInterval(this.timer)
    await this.look()
    await this.session.detach()
    return { workerMB: Math.round(this.workerBytes / 1e6), rendererMB: Math.round(this.rendererBytes / 1e6) }
  }

  private async look(): Promise<void> {
    const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await this.ask()
    this.workerBytes = Math.max(this.workerBytes, usedSize + embedderHeapUsedSize + backingStorageSize)
    for (const id of this.processes) this.rendererBytes = Math.max(this.rendererBytes, residentBytes(id))
  }

  private ask(): Promise<HeapUsage> {
    this.lastId++
    const id = this.lastId
    const message = JSON.stringify({ id, method: 'Runtime.getHeapUsage' })
    return new Promise((resolve, reject) => {
      this.answers.set(id, resolve)
      this.session.send('Target.sendMessageToTarget', { sessionId: this.worker, message }).catch(reject)
    })
  }
}

const EVERY_MS = 200

/** 0 for a process that is gone. */
function residentBytes(id: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
