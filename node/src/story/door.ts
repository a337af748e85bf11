import { isHoldfastError } from '@holdfast/core/base/errors'
import { printable } from '@holdfast/core/base/printable'
import { qrText } from '../term/qr.ts'
import type { JsonEvent } from './process/child.ts'
import { shown } from './scene.ts'
import type { Scene } from './scene.ts'

/** How a browser becomes one more device of the laptop's account: the app's address, a link, and the question whether the one that came may enter. */
export class Door {
  private readonly scene: Scene
  private readonly signal: AbortSignal
  /** Whether somebody at the keys decides. Nobody does where there is no terminal: there whoever has the link is let in. */
  private readonly asks: boolean
  private isOffering = false
  private decide: ((isLetIn: boolean) => void) | undefined
  /** About the device that was shown last: a key may be pressed before the laptop has asked. */
  private decision = Promise.resolve(false)

  constructor(scene: Scene, signal: AbortSignal, asks: boolean) {
    this.scene = scene
    this.signal = signal
    this.asks = asks
  }

  /** Says where the app is, once it is built, and a link to pair it with. */
  async open(): Promise<void> {
    const { laptop, teller, backstage } = this.scene
    const isBuilt = await backstage.awaited('app')
    if (this.signal.aborted) return
    if (isBuilt !== true) return teller.line('The app for browsers was not built; npm run build says why.')
    if (laptop.app === undefined)
      return teller.line('The app is not served: another program has its port. End that one, then run npm start again.')
    teller.line(`The app, in a browser on this computer: ${teller.paint(['bold', 'cyan'], laptop.app)}`)
    await this.offer()
  }

  /** Shows a new link, unless one is waiting. */
  async offer(): Promise<void> {
    const { laptop } = this.scene
    if (this.isOffering || !laptop.isUp) return
    this.isOffering = true
    const options = { ask: () => this.decision, signal: this.signal }
    await new Promise<void>((resolve) => {
      const onEvent = (event: JsonEvent): void => {
        if (event.type === 'link') void this.showLink(String(event['link'])).then(resolve)
        else this.tell(event)
      }
      laptop
        .call('pair', { yes: !this.asks }, onEvent, options)
        .catch((error: unknown) => this.explain(error))
        .finally(() => {
          this.isOffering = false
          resolve()
        })
    })
  }

  /** What the person at the keys decides, if something was asked. */
  answer(isLetIn: boolean): void {
    this.decide?.(isLetIn)
    this.decide = undefined
  }

  private tell(event: JsonEvent): void {
    const { teller } = this.scene
    const name = printable(String(event['name']))
    if (event.type === 'paired') teller.line(`  "${name}" is a device of the account now.`)
    if (event.type !== 'candidate') return
    this.decision = new Promise((resolve) => (this.decide = resolve))
    const words = teller.paint('bold', (event['words'] as string[]).join(' '))
    teller.line(`  "${name}" asks to be let in. It must show the same words: ${words}`)
    if (this.asks) teller.line(`  ${teller.paint('bold', '[y]')} let it in   ${teller.paint('bold', '[n]')} do not`)
  }

  private async showLink(link: string): Promise<void> {
    const { teller, stage } = this.scene
    teller.line('There choose "I have a device already" and give it this link, which lets one device in:')
    teller.line(link)
    if (!teller.terminal) return
    const code = await qrText(link, process.stdout)
    if (code !== undefined) teller.line(`\n${code}`)
    else teller.line(`(As a QR code in a larger window: npx --no-install holdfast pair --home ${shown(stage.laptop)})`)
  }

  /** A link that nobody came with ends by itself; what ends with the process is no news. */
  private explain(error: unknown): void {
    const { laptop, stage, teller } = this.scene
    if (this.signal.aborted || !laptop.isUp) return
    const { cause = error } = error as Error
    const why = isHoldfastError(cause) ? cause.message : String(cause)
    teller.line(`  The pairing link is over: ${why}`)
    teller.line(`  A new one: npx --no-install holdfast pair --home ${shown(stage.laptop)}`)
  }
}
