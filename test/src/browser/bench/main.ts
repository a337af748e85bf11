import { measureApp } from './app.ts'
import { measureBare } from './bare.ts'
import { measurePassing } from './passing.ts'
import { BrowserScene } from './scene.ts'
import { measureTransfers } from './transfers.ts'

/**
 * The app and its worker in Chromium, with a relay and a laptop as real processes on loopback. One JSON object a line.
 *
 *     node test/dist/browser/bench/main.js [MIB] [transfers] [app] [passing]
 *
 * MIB: of the file that passes, 1024 by default; the others take their share of it.
 */
const sizeMiB = Number(process.argv[2] ?? 1024)
const only = process.argv.slice(3)
const share = (whole: number): number => Math.max(1, Math.round((whole * sizeMiB) / 1024))
const wants = (name: string): boolean => only.length === 0 || only.includes(name)

const scene = await BrowserScene.open()
try {
  if (wants('transfers')) await measureTransfers(scene, share(128), await measureBare(scene, share(128)))
  if (wants('app')) await measureApp(scene, share(10_000))
  if (wants('passing')) await measurePassing(scene, sizeMiB)
} finally {
  await scene.close()
}
