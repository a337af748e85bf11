import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VaultPage } from '../vault-page.ts'
import { address, stage } from './stage.ts'

test('one tab has the vault open; the next goes on when it closes, or when a person asks for it there', async () => {
  const context = await stage.newContext()
  const first = await VaultPage.open(context, address, 'empty')
  await first.create()
  const second = await VaultPage.open(context, address, 'elsewhere')
  // A tab that is loaded again keeps the vault while nobody sees the other.
  await sees(second, false)
  await first.page.reload()
  await first.page.waitForFunction('globalThis.until !== undefined')
  await first.in('locked')
  assert.deepEqual(await second.tell('vault.state'), { phase: 'elsewhere' })
  await first.unlock()
  await sees(second, true)
  assert.equal(await second.refuses(`vault.run('ls', { path: '/' })`), 'IN_USE')
  await first.addNoise('/from the first.bin', 1, 100_000)
  await first.close()
  await second.in('locked')
  await second.unlock()
  assert.equal(await second.tell(`vault.read('/from the first.bin', 0, 100_000).then(({ length }) => length)`), 100_000)

  const third = await VaultPage.open(context, address, 'elsewhere')
  await third.tell('vault.takeOver()')
  await third.in('locked')
  await second.in('elsewhere')
  await third.unlock()
  await third.addNoise('/from the third.bin', 2, 100_000)
  // Both are seen: the one that is loaded again keeps the vault all the same.
  await third.page.reload()
  await third.page.waitForFunction('globalThis.until !== undefined')
  await third.in('locked')
  await second.in('elsewhere')
  await third.unlock()
  await third.close()
  await second.in('locked')
  await second.unlock()
  const names = await second.tell(`vault.run('ls', { path: '/' }).then((events) => events.map(({ path }) => path))`)
  assert.deepEqual(names, ['/from the first.bin', '/from the third.bin'])
})

/** As if a person looked at it, or at another tab. */
async function sees({ page }: VaultPage, isSeen: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    isSeen ? 'visible' : 'hidden'
  )
}
