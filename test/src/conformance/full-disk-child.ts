// Runs on a small file system that nobody else uses: argument 1.
import { unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openHomeStores } from '@holdfast/node/disk/home-lock'
import { surviveFullDisk } from './full-disk.ts'

const [folder = ''] = process.argv.slice(2)
const ballast = join(folder, 'ballast')
await writeFile(ballast, new Uint8Array(24 << 20))
await surviveFullDisk({ open: () => openHomeStores(join(folder, 'home')), makeRoom: () => unlink(ballast) })
