import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pi } from '@holdfast/node/story/cast/pi'
import { freePort } from '@holdfast/node/story/process/ports'
import { openSite } from '@holdfast/node/site/site'
import { ROOT } from '@holdfast/node/story/process/programs'
import type { Browser } from 'playwright-core'
import { launchOwn } from '../chromium.ts'
import { Machine } from '../../e2e/machine.ts'

/** A relay and a laptop that are up, the app on loopback, and one browser. */
export class BrowserScene {
  readonly laptop: Machine
  readonly relay: Pi
  readonly browser: Browser
  /** Of the app. */
  readonly url: string
  private readonly folder: string
  private readonly closing: (() => unknown)[] = []

  static async open(): Promise<BrowserScene> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-browser-'))
    const passphrase = join(folder, 'P')
    writeFileSync(passphrase, 'a passphrase\n')
    const at = '/ip4/127.0.0.1/tcp'
    const relay = new Pi(join(folder, 'R'), [`${at}/${await freePort()}`, `${at}/${await freePort()}/ws`])
    const staying = ['--no-app', '--listen', `${at}/0`]
    const laptop = new Machine(join(folder, 'A'), 'laptop', passphrase, ['--store-credentials'], staying)
    await Promise.all([relay.goUp(), laptop.init()])
    await laptop.goUp()
    await laptop.call('relay add', { code: await relay.invite() })
    const site = await openSite(join(ROOT, 'pwa', 'dist', 'site'), 0)
    const scene = new BrowserScene({ folder, relay, laptop, url: site.address, browser: await launchOwn() })
    scene.later(() => site.close())
    return scene
  }

  private constructor(parts: Pick<BrowserScene, 'laptop' | 'relay' | 'browser' | 'url'> & { folder: string }) {
    this.laptop = parts.laptop
    this.relay = parts.relay
    this.browser = parts.browser
    this.url = parts.url
    this.folder = parts.folder
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Done when the scene closes. */
  later(work: () => unknown): void {
    this.closing.push(work)
  }

  report(measure: string, fields: Readonly<Record<string, unknown>>): void {
    process.stdout.write(`${JSON.stringify({ measure, ...fields })}\n`)
  }

  async close(): Promise<void> {
    await this.browser.close()
    await Promise.allSettled(this.closing.map(async (work) => work()))
    await Promise.allSettled([this.laptop.goDown(), this.relay.goDown()])
    await rm(this.folder, { recursive: true, force: true })
  }
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}
