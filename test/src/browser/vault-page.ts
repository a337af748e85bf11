import { connectControl } from '@holdfast/node/control/client'
import { controlSocket } from '@holdfast/node/control/socket-path'
import type { BrowserContext, Page } from 'playwright-core'
import type { Machine } from '../e2e/machine.ts'

export const PASSPHRASE = 'correct horse battery'

/** The vault of an origin in one page, without the app around it: told what to do by expressions over `vault`, its VaultWorker. */
export class VaultPage {
  readonly page: Page

  static async open(context: BrowserContext, address: string, phase: string): Promise<VaultPage> {
    const opened = new VaultPage(await context.newPage())
    await opened.page.goto(address)
    await opened.page.waitForFunction('globalThis.until !== undefined')
    await opened.in(phase)
    return opened
  }

  constructor(page: Page) {
    this.page = page
  }

  /** What an expression comes to; bytes do not get through. Fails with the code of the error, if it has one. */
  tell<T>(expression: string): Promise<T> {
    return this.page.evaluate<T>(
      `Promise.resolve(${expression}).catch((error) => { throw new Error(error.code ?? String(error)) })`
    )
  }

  /** The code of the error in which it ends. */
  refuses(expression: string): Promise<string> {
    return this.page.evaluate<string>(
      `Promise.resolve(${expression}).then(() => 'nothing', (error) => error.code ?? String(error))`
    )
  }

  /** Resolves when the vault is in this phase. */
  in(phase: string): Promise<void> {
    return this.page.evaluate<void>(`until(${JSON.stringify(phase)})`)
  }

  async create(): Promise<void> {
    await this.tell(`vault.create(${JSON.stringify({ name: 'phone', passphrase: PASSPHRASE })})`)
  }

  async unlock(): Promise<void> {
    await this.tell(`vault.unlock(${JSON.stringify(PASSPHRASE)})`)
  }

  /** Becomes a device of the laptop's account. */
  async join(laptop: Machine, name = 'phone'): Promise<void> {
    const { link, finished } = await offerOf(laptop)
    const options = JSON.stringify({ name, invitation: link })
    const device = JSON.stringify({ name, passphrase: PASSPHRASE })
    const asked = `onWords: (words) => (globalThis.words = words), newDevice: async () => (${device})`
    await this.tell(`vault.join({ ...${options}, ${asked} })`)
    await finished
  }

  /** Adds a file of `size` bytes that nothing can make smaller, each of `seed` others. */
  async addNoise(path: string, seed: number, size: number): Promise<void> {
    await this.tell(
      `vault.add([{ path: ${JSON.stringify(path)}, file: noise(${seed}, ${size}), modifiedMs: ${seed} }])`
    )
  }

  /** BLAKE3-free: what the page and this process can both compute. */
  sha256(path: string, size: number): Promise<string> {
    return this.tell(`sha256(${JSON.stringify(path)}, ${size})`)
  }

  /** Resolves when `expression` is true, looked at whenever something changes. */
  until(expression: string): Promise<void> {
    return this.page.evaluate<void>(`untilTrue(async () => (${expression}))`)
  }

  close(): Promise<void> {
    return this.page.close({ runBeforeUnload: false })
  }
}

async function offerOf(laptop: Machine): Promise<{ link: string; finished: Promise<void> }> {
  const client = await connectControl(controlSocket(laptop.home))
  return new Promise((resolve, reject) => {
    const finished: Promise<void> = client!.call(
      'pair',
      { yes: true },
      {
        emit: async (event) => {
          if (event.type === 'link') resolve({ link: String(event['link']), finished })
        },
        progress: () => undefined,
        write: async () => undefined,
        input: async function* () {},
        ask: async () => true,
        signal: new AbortController().signal
      }
    )
    finished.catch(reject)
  })
}
