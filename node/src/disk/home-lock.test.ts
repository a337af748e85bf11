import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { homeHolder, openHomeStores } from './home-lock.ts'

test('a second process is refused and told who holds the home; the lock dies with its holder', async () => {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-lock-'))
  assert.equal(await homeHolder(home), undefined)
  const module = new URL('./home-lock.js', import.meta.url).href
  const program = `await (await import(${JSON.stringify(module)})).openHomeStores(process.argv[1])
    process.stdout.write('open'); setInterval(() => {}, 1e6)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program, home], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  await once(holder.stdout, 'data')
  await assert.rejects(
    openHomeStores(home),
    (error) => isHoldfastError(error, 'IN_USE') && error.message.includes(` ${holder.pid} `)
  )
  assert.equal(await homeHolder(home), holder.pid)

  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const stores = await openHomeStores(home)
  assert.equal(await homeHolder(home), process.pid)
  await assert.rejects(openHomeStores(home), (error) => isHoldfastError(error, 'IN_USE'))
  await Promise.all([stores.close(), stores.close()])
  assert.equal(await homeHolder(home), undefined)
  await rm(home, { recursive: true })
})
