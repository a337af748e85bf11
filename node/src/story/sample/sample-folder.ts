import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { png } from './png.ts'
import type { Pixel } from './png.ts'
import { bytesFrom } from './random.ts'

/** A few files like those people keep: a text, a picture, some megabytes that do not compress, an empty folder. */
export async function makeSample(folder: string): Promise<void> {
  for (const name of ['pictures', 'recordings', 'an empty folder']) await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'letter to my future self.txt'), LETTER)
  await writeFile(join(folder, 'pictures', 'sunrise over the harbour.png'), png(WIDTH, HEIGHT, harbour))
  await writeFile(join(folder, 'recordings', 'waves at night.raw'), bytesFrom(SEED, RECORDING_BYTES))
  await writeFile(join(folder, 'count the waves.sh'), COUNT, { mode: 0o755 })
}

const SEED = 20_261_103
const RECORDING_BYTES = 6 << 20
const WIDTH = 480
const HEIGHT = 270
const HORIZON = 170

const COUNT = '#!/bin/sh\nwc -c "$(dirname "$0")/recordings/waves at night.raw"\n'

const LETTER = `Dear me,

this letter lies on the laptop, on the machine at home, and sealed on a small computer under the stairs that can
read none of it. If the laptop falls into the harbour, it is still there. If the small computer is stolen, whoever
has it holds noise.

Write back some day. Both of us can write at once: nothing of either is lost.
`

const harbour: Pixel = (x, y) => {
  const sun = Math.hypot(x - 300, y - HORIZON)
  if (y < HORIZON) return sun < 46 ? [255, 238, 178] : sky(y, Math.max(0, 90 - sun / 3))
  const wave = Math.sin(x / 9 + y) * Math.sin(y / 3) * 14
  const path = Math.max(0, 120 - Math.abs(x - 300) * 1.2 - (y - HORIZON) / 2)
  return [30 + path + wave, 54 + path * 0.8 + wave, 92 + path * 0.3 + wave]
}

function sky(y: number, glow: number): readonly [number, number, number] {
  const height = 1 - y / HORIZON
  return [250 - height * 190 + glow, 176 - height * 96 + glow / 2, 120 + height * 40]
}
