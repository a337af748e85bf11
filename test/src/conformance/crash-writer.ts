// Writes rows and blobs to the stores in a folder until it is killed. Prints the number of each round once it was
// acknowledged, without a buffer in between, so that a printed number is an acknowledged one.
import { writeSync } from 'node:fs'
import { openHomeStores } from '@holdfast/node/disk/home-lock'
import { batchOf, blobsOf } from './crash-rounds.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
const { kv, blobs } = await openHomeStores(folder)
let next = Number(first)

async function write(): Promise<never> {
  for (;;) {
    const round = next++
    await Promise.all([kv.write(batchOf(round)), ...blobsOf(round).map(({ id, bytes }) => blobs.put(id, bytes))])
    if (round % 5 === 4) await blobs.delete(blobsOf(round - 4).map(({ id }) => id))
    writeSync(1, `${round}\n`)
  }
}

await Promise.all(Array.from({ length: 6 }, write))
