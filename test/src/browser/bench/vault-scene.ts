import { openPage } from '../in-page/serve.ts'
import { VaultPage } from '../vault-page.ts'
import type { BrowserScene } from './scene.ts'

/** The vault of the laptop's account in a page of its own, without the app around it. */
export async function phoneOf(scene: BrowserScene, name: string): Promise<VaultPage> {
  const served = await openPage('vault')
  scene.later(() => served.close())
  const phone = await VaultPage.open(await scene.browser.newContext(), served.address, 'empty')
  await phone.join(scene.laptop, name)
  // A new device writes nothing before it has heard what there is.
  await phone.until(`await vault.run('mkdir', { paths: ['/${name}'] }).then(() => true, () => false)`)
  return phone
}

/** True when everything of this device is with somebody else, too, who has proved it. */
export const PROVEN = `(await vault.run('status', {})).find(({ type }) => type === 'status').onlyHere.files === 0`
