import { writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openSite } from '@holdfast/node/site/site'
import { Pi } from '@holdfast/node/story/cast/pi'
import { freePort } from '@holdfast/node/story/process/ports'
import { ROOT } from '@holdfast/node/story/process/programs'
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { Machine } from '../e2e/machine.ts'
import { launchOwn, launchProfile } from './chromium.ts'
import { Phone } from './phone.ts'

export { until } from '../e2e/until.ts'
export { Phone } from './phone.ts'

/** A relay and a laptop as real processes on loopback, the app as the laptop serves it, and browsers, in one temporary folder. */
export interface Stage {
  readonly folder: string
  /** Listens on TCP and WebSocket; not up until `goUp` or `bringUp`. */
  readonly relay: Pi
  /** Serves the app, too, while it is up. */
  readonly laptop: Machine
  /** Where the app is. */
  readonly url: string
  /** A device with storage of its own, empty. It opens the app at `url`, or where this stage serves it. */
  phone(options?: BrowserContextOptions, url?: string): Promise<Phone>
  /** Storage of its own, empty, for a page that is not the app. */
  newContext(): Promise<BrowserContext>
  /** A device whose storage is in `folder` of the stage and outlives its browser: ended by `phone.context.close()`. */
  phoneAt(folder: string, args?: readonly string[]): Promise<Phone>
  path(...names: string[]): string
}

/** What most phones show: 360 to 430 px wide. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }

interface StageOptions {
  /** Further flags of the browser, of a stage in this folder. */
  readonly flags?: (folder: string) => readonly string[]
  /** Browsers reach the laptop through the relay alone, by WebSocket, and the app is not served by it. */
  readonly isBehindRelay?: boolean
}

/** To be called once in a file of tests: everything is ended and taken away after them, and no page may have complained. */
export async function newStage(options?: StageOptions): Promise<Stage> {
  const { stage, close } = await openStage(options)
  after(close)
  return stage
}

/** The same outside of tests. `close` rejects when a page complained. */
export async function openStage({ flags = () => [], isBehindRelay = false }: StageOptions = {}): Promise<{
  stage: Stage
  close(): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-browser-'))
  const path = (...names: string[]): string => join(folder, ...names)
  const args = flags(folder)
  const passphrase = path('P')
  writeFileSync(passphrase, 'a passphrase for tests\n')
  const relay = new Pi(path('R'), [
    `/ip4/127.0.0.1/tcp/${await freePort()}`,
    `/ip4/127.0.0.1/tcp/${await freePort()}/ws`
  ])
  const up = isBehindRelay ? ['--no-app', '--listen', '/ip4/127.0.0.1/tcp/0'] : ['--app-port', String(await freePort())] // the usual one is for people
  const laptop = new Machine(path('A'), 'laptop', passphrase, ['--store-credentials'], up)
  await cp(join(ROOT, 'pwa', 'dist', 'site'), path('site'), { recursive: true })
  const site = await openSite(path('site'), 0)
  const phones: Phone[] = []
  let browser: Promise<Browser> | undefined
  const close = async (): Promise<void> => {
    const contexts = phones.map((phone) => phone.context.close())
    await Promise.allSettled([laptop.goDown(), relay.goDown(), site.close(), ...contexts])
    await (await browser)?.close()
    await rm(folder, { recursive: true, force: true })
    for (const phone of phones) phone.assertQuiet()
  }
  const newContext = async (options?: BrowserContextOptions): Promise<BrowserContext> => {
    browser ??= launchOwn(args)
    return (await browser).newContext(options)
  }
  const add = (phone: Phone): Phone => {
    phones.push(phone)
    return phone
  }
  const stage: Stage = {
    folder,
    relay,
    laptop,
    url: site.address,
    path,
    async phone(options = PHONE, url = site.address) {
      return add(new Phone(await newContext(options), url))
    },
    newContext,
    async phoneAt(name, more = []) {
      return add(new Phone(await launchProfile(path(name), [...args, ...more]), site.address))
    }
  }
  return { stage, close }
}

/** The laptop has an account and a relay, both are up. */
export async function bringUp({ relay, laptop }: Stage): Promise<void> {
  await Promise.all([relay.goUp(), laptop.init()])
  await laptop.goUp()
  await laptop.call('relay add', { code: await relay.invite() })
}
