import { join } from 'node:path'
import { converge } from '../story/cast/device.ts'
import { compareFolders } from '../story/search/compare.ts'
import { saidBy } from '../story/search/said.ts'
import { DOCS } from './cast.ts'
import type { Cast } from './cast.ts'
import { assertHolds, sizeText } from './check.ts'

/** A second device is paired, and gets everything from the relay while the laptop is away. */
export async function secondDeviceSteps(cast: Cast): Promise<void> {
  const { checks, laptop, desktop } = cast
  await checks.step('a second device is paired by a link', async () => {
    const { here, there } = await desktop.join(laptop)
    assertHolds(here === there && here !== '', 'the two did not show the same words to compare')
    return `both showed "${here}"; it has keys of its own, and the list of relays`
  })

  await checks.step('with the laptop offline, the second device has everything from the relay', async () => {
    await laptop.goDown()
    await desktop.goUp()
    const { missing } = await desktop.sync()
    assertHolds(missing === 0, `${String(missing)} blobs are missing`)
    const folder = join(cast.folder, 'received')
    const { events } = await desktop.run('get', DOCS, '-o', folder)
    const { renamed } = saidBy(events, DOCS)
    const { files, bytes, different } = await compareFolders(cast.source, folder, { mayLack: cast.leftOut, renamed })
    assertHolds(different.length === 0, different.slice(0, 5).join('; '))
    await laptop.goUp()
    return `${sizeText(files, bytes)}; names, bytes, executable bits, times and links compared: the same${renamed.size > 0 ? ` (${renamed.size} twins that differ in case told apart)` : ''}`
  })

  await checks.step('after everything was exchanged, a new exchange moves nothing', async () => {
    await converge(laptop, desktop)
    for (const device of [laptop, desktop]) {
      const { receivedBlobs, sentBytes } = await device.sync()
      assertHolds(
        receivedBlobs === 0 && sentBytes === 0,
        `${device.name}: ${String(receivedBlobs)} received, ${String(sentBytes)} bytes sent`
      )
    }
    return '0 blobs received, 0 bytes sent, on both'
  })
}
