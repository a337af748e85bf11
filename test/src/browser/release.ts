import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '@holdfast/node/story/process/programs'

/** The build that is served, as the app shows it. */
export const BUILD: string = readFileSync(join(ROOT, 'pwa', 'dist', 'site.stamp'), 'utf8').slice(0, 12)

/** What takes its place: the same but for its name. */
export const NEXT_BUILD: string = `${BUILD.slice(6)}${BUILD.slice(0, 6)}`

/** Puts the next build into a folder that holds this one. */
export function releaseNext(folder: string): void {
  const worker = join(folder, 'sw.js')
  let precache = readFileSync(worker, 'utf8').replaceAll(BUILD, NEXT_BUILD)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.js'))) {
    const before = readFileSync(join(folder, name), 'utf8')
    if (name === 'sw.js' || !before.includes(BUILD)) continue
    const after = before.replaceAll(BUILD, NEXT_BUILD)
    writeFileSync(join(folder, name), after)
    precache = precache.replace(hashOf(before), hashOf(after))
  }
  writeFileSync(worker, precache) // last: a browser that looks in between sees the old one
}

/** As the service worker checks what it fetched. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
