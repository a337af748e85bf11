import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { HeapWatch } from './heap-watch.ts'
import { round } from './scene.ts'
import type { BrowserScene } from './scene.ts'
import { phoneOf, PROVEN } from './vault-scene.ts'

const MiB = 1024 * 1024

/** What the worker holds while a file passes through it that is far larger. */
export async function measurePassing(scene: BrowserScene, mebibytes: number): Promise<void> {
  const path = scene.path('passing')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(MiB)
  for (let i = 0; i < mebibytes; i++) writeSync(file, randomFillSync(block))
  closeSync(file)
  const phone = await phoneOf(scene, 'passing')
  await phone.tell(`document.body.append(Object.assign(document.createElement('input'), { type: 'file' }))`)
  await phone.page.setInputFiles('input', path)
  const watch = await HeapWatch.start(scene.browser, phone.page)
  const startMs = performance.now()
  await phone.tell(`vault.add([{ path: '/passing', file: document.querySelector('input').files[0], modifiedMs: 1 }])`)
  await phone.until(PROVEN)
  const { workerMB, rendererMB } = await watch.stop()
  const seconds = round((performance.now() - startMs) / 1000)
  scene.report('worker memory while a file passes', { mebibytes, seconds, workerMB, wanted: 300, rendererMB })
  await phone.page.context().close()
}
