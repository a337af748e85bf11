import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Home } from '../home/home.ts'
import type { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import { VaultHome } from '../vault/testing.ts'
import { Vaults } from './vaults.ts'

test('an index that had to be built again is saved though nothing is written, so that a browser does not build it at every start', async () => {
  const device = await VaultHome.found()
  for (const name of ['a', 'b']) await device.write(name, name)
  const saved = (): string[] => [...device.kv.rows.keys()].filter((key) => key.startsWith('index/'))
  assert.deepEqual(saved(), [])
  const waits: (() => void)[] = []
  await startVaults(device, waits)
  assert.equal(waits.length, 1, 'it is saved when it has been quiet for a while')
  const isWritten = new Promise<void>((resolve) => {
    const write = device.kv.write.bind(device.kv)
    device.kv.write = async (batch) => {
      await write(batch)
      resolve()
    }
  })
  waits[0]!()
  await isWritten
  assert.ok(saved().length > 0)
  await startVaults(device, waits)
  assert.equal(waits.length, 1, 'what was loaded as it is is not saved again')
})

/** As after a restart that nothing was closed before. */
async function startVaults(device: VaultHome, waits: (() => void)[]): Promise<void> {
  await device.open()
  const { replica, kv, blobs, random, clock, secrets, vault } = device
  const wait = (): Promise<void> => new Promise((resolve) => waits.push(resolve))
  // Of a home and an exchange only what opening one vault asks for.
  const state = { personalVault: vault.id, floors: [] }
  const home = { replica, kv, blobs, random, clock, wait, secrets, state } as unknown as Home
  const exchange = { intents: { guard: () => () => undefined } } as unknown as BlobExchange
  await Vaults.start({ home, exchange, author: device.author, onMounts: () => undefined })
}
