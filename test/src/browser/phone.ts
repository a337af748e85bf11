import assert from 'node:assert/strict'
import type { BrowserContext, ConsoleMessage, Page, Request } from 'playwright-core'

/** What a browser says by itself when a peer or the network is away: the app cannot keep it from saying so. */
const UNAVOIDABLE = [/^WebSocket connection to 'wss?:/, /net::ERR_INTERNET_DISCONNECTED/, /net::ERR_CONNECTION_REFUSED/]

/** One device that runs the app: its storage (a browser context) and one page of it at a time. */
export class Phone {
  readonly context: BrowserContext
  readonly url: string
  /** Errors of the console, errors nobody caught, and requests to anywhere but the app's own address. */
  readonly complaints: string[] = []
  private shown: Page | undefined
  private readonly expected: RegExp[] = [...UNAVOIDABLE]

  constructor(context: BrowserContext, url: string) {
    this.context = context
    this.url = url
    context.setDefaultTimeout(PATIENCE_MS)
    context.on('console', (message) => this.hear(message))
    context.on('weberror', (error) => this.complain(`not caught: ${String(error.error().stack)}`))
    context.on('request', (request) => this.see(request))
  }

  /** The page that was opened last. */
  get page(): Page {
    if (this.shown === undefined) throw new Error('open() was not called')
    return this.shown
  }

  /** Opens the app in a new tab; `at` is a hash route. */
  async open(at = ''): Promise<Page> {
    this.shown = await this.context.newPage()
    await this.shown.goto(`${this.url}${at}`)
    return this.shown
  }

  /** The app is swept away: nothing of it runs any more; what it stored stays. */
  async kill(): Promise<void> {
    const page = this.page
    this.shown = undefined
    await page.close({ runBeforeUnload: false })
  }

  async reload(): Promise<void> {
    await this.page.reload()
  }

  /** No network for the pages and their workers. Connections that stand already may go on: take the peers down as well. */
  async offline(isOffline: boolean): Promise<void> {
    await this.context.setOffline(isOffline)
  }

  /** The page's processor, `times` slower; 1 ends it. */
  async slowCpu(times: number): Promise<void> {
    const session = await this.context.newCDPSession(this.page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: times })
  }

  /** Resolves when the service worker has this page: from now on it opens without a network. */
  async worksOffline(): Promise<void> {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  }

  /** From now on this complaint is part of what is tested. */
  expect(complaint: RegExp): void {
    this.expected.push(complaint)
  }

  assertQuiet(): void {
    assert.deepEqual(this.complaints, [], 'the app complained')
  }

  private hear(message: ConsoleMessage): void {
    if (message.type() === 'error') this.complain(`console: ${message.text()} (${message.location().url})`)
  }

  private see(request: Request): void {
    const url = request.url()
    if (/^(?:data|blob):/.test(url) || url.startsWith(this.url)) return
    this.complain(`asked of somebody else: ${url}`)
  }

  private complain(text: string): void {
    const bare = text.replace(/^console: /, '')
    if (!this.expected.some((pattern) => pattern.test(bare))) this.complaints.push(text)
  }
}

/** A failing test says what it waited for, which its own limit of time would not. */
const PATIENCE_MS = 60_000
