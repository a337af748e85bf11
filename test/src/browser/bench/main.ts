import { measureApp } from './app.ts'
import { measureBare } from './bare.ts'
import { measurePassing } from './passing.ts'
import { BrowserScene } from './scene.ts'
import { measureTransfers } from './transfers.ts'

/**
 * The app and its worker in Chromium, with a relay and a laptop as real processes on loopback. One JSON object a line.
 *
 *     node test/dist/browser/bench/main.js [MIB]      1024 by default: of the file that passes; the others take their share of it
 */
const sizeMiB = Number(process.argv[2] ?? 1024)
const share = (whole: number): number => Math.max(1, Math.round((whole * sizeMiB) / 1024))

const scene = await BrowserScene.open()
try {
  const bare = await measureBare(scene, share(128))
  await measureTransfers(scene, share(128), bare)
  await measureApp(scene, share(10_000))
  await measurePassing(scene, sizeMiB)
} finally {
  await scene.close()
}
