import { writeFileSync } from 'node:fs'
import { noise } from '../../conformance/subject.ts'
import type { Bare } from './bare.ts'
import { round } from './scene.ts'
import type { BrowserScene } from './scene.ts'
import { phoneOf, PROVEN } from './vault-scene.ts'

const MiB = 1024 * 1024

/** A file from the phone until the relay has proved that it has it, and one from there until the phone holds it. */
export async function measureTransfers(scene: BrowserScene, mebibytes: number, bare: Bare): Promise<void> {
  const bytes = mebibytes * MiB
  const phone = await phoneOf(scene, 'transfers')
  await phone.tell(`void (globalThis.big = noise(1, ${bytes}))`)
  const adding = await seconds(() => phone.tell(`vault.add([{ path: '/up', file: big, modifiedMs: 1 }])`))
  const up = adding + (await seconds(() => phone.until(PROVEN)))
  report(scene, 'upload', bytes / 1e6 / up, bare.up, { durableHereSeconds: round(adding), provenSeconds: round(up) })

  writeFileSync(scene.path('down'), noise(2, bytes))
  await scene.laptop.tell('add', { paths: [scene.path('down')] })
  await scene.laptop.sync()
  await phone.until(`(await vault.run('ls', { path: '/' })).some(({ path }) => path === '/down')`)
  const held = await phone.tell<number>('vault.storage().then(({ blobBytes }) => blobBytes)')
  const down = await seconds(async () => {
    await phone.tell(`vault.keep('/down', true)`)
    await phone.until(`(await vault.storage()).blobBytes >= ${held + bytes}`)
  })
  report(scene, 'download', bytes / 1e6 / down, bare.down)
  await phone.page.context().close()
}

function report(scene: BrowserScene, measure: string, speed: number, bare: number, more: object = {}): void {
  scene.report(measure, { megabytesPerSecond: round(speed), ofBareStream: round(speed / bare), wanted: 0.5, ...more })
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now()
  await work()
  return (performance.now() - startMs) / 1000
}
