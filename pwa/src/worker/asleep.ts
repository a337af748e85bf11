import type { Home } from '@holdfast/core/home/home'
import type { LockedHome } from '@holdfast/core/home/locked'
import type { HomePlace } from '@holdfast/core/ports/home-place'
import { webPlatform } from './platform.ts'
import { preload } from './preload.ts'

/** The home while it is locked. What of it takes no key is read before somebody has typed the passphrase. */
export class Asleep {
  readonly #place: HomePlace
  #reading: Promise<LockedHome | undefined> | undefined

  constructor(place: HomePlace) {
    this.#place = place
  }

  /** Never fails: what could not be read is read again by `unlock`, which says why it cannot be. */
  read(): void {
    this.#reading ??= (async () => {
      await preload()
      const { LockedHome: Locked } = await import('@holdfast/core/home/locked')
      return await Locked.open(this.#place, webPlatform)
    })().catch(() => undefined)
  }

  /** Throws what `openHome` throws. After WRONG_PASSPHRASE it is asleep as before. */
  async unlock(passphrase: string): Promise<Home> {
    const given = { given: async () => passphrase }
    const locked = await this.#reading
    if (locked !== undefined) {
      const home = await locked.unlock(given)
      this.#reading = undefined
      return home
    }
    const { openHome } = await import('@holdfast/core/home/home')
    const home = await openHome(this.#place, webPlatform, given)
    await this.#sayDevice(home)
    return home
  }

  /** For the next time, where a home was made before that was said. */
  async #sayDevice({ settings, secrets: { device } }: Home): Promise<void> {
    const { writeSettings } = await import('@holdfast/core/home/settings')
    if (settings.device !== device) await writeSettings(this.#place, { ...settings, device })
  }

  /** Lets go of the stores, before they are erased or when they are gone. */
  async putDown(): Promise<void> {
    const reading = this.#reading
    this.#reading = undefined
    await (await reading)?.close()
  }
}
