import { spawnSync } from 'node:child_process'
import { begin, inRoot } from './house.mjs'
import { ensureInstalled } from './install.mjs'

const args = begin(`
Usage: npm run format [-- FILE...]

Formats the sources in place (Biome), all of them or the files named.`)
process.stdout.write('Formatting ...\n')
await ensureInstalled('full')
const biome = [inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'format', '--write', ...args]
process.exitCode = spawnSync(process.execPath, biome, { cwd: inRoot(), stdio: 'inherit' }).status ?? 1
