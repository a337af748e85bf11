import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'

/** One file of the built app, as it is answered. */
export interface AppFile {
  readonly bytes: Uint8Array
  readonly type: string
  /** Quoted, as the header has it. */
  readonly etag: string
  /** Its name changes with its content. */
  readonly isImmutable: boolean
}

/**
 * The files of the built app in `folder` by their addresses, read into memory as one set: a build that is made meanwhile never mixes with the one before. What
 * is not in the set is not served, so no address leads out of the folder.
 */
export class AppFiles {
  private readonly folder: string
  private read = ''
  private files: ReadonlyMap<string, AppFile> = new Map()

  constructor(folder: string) {
    this.folder = folder
  }

  /** The file at the path of a request; undefined when the app has none, or is not built. */
  async at(path: string): Promise<AppFile | undefined> {
    const address = path === '/' ? '/index.html' : path
    if (!address.startsWith('/assets/') || this.read === '') await this.refresh()
    return this.files.get(address)
  }

  /** False: the app is not built, or is being built right now and was never read. */
  async isBuilt(): Promise<boolean> {
    await this.refresh()
    return this.read !== ''
  }

  private async refresh(): Promise<void> {
    const built = await this.built()
    if (built === undefined || built === this.read) return
    const files = await readAll(this.folder).catch(() => undefined)
    // Built anew while it was read: the next request reads it.
    if (files === undefined || (await this.built()) !== built) return
    this.files = files
    this.read = built
  }

  /** What tells one build from another, undefined while there is none: the service worker is written last, and removed first. */
  private built(): Promise<string | undefined> {
    return stat(join(this.folder, 'sw.js')).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      () => undefined
    )
  }
}

async function readAll(folder: string): Promise<Map<string, AppFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = new Map<string, AppFile>()
  for (const path of paths) {
    const type = TYPES.get(posix.extname(path))
    const address = path.slice(folder.length).split(sep).join('/').replace(/^\/*/, '/')
    if (type !== undefined) files.set(address, describe(await readFile(path), type, address))
  }
  return files
}

function describe(bytes: Uint8Array, type: string, address: string): AppFile {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { bytes, type, etag, isImmutable: address.startsWith('/assets/') }
}

/** Everything an app is built of; a file of another kind is not served. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.wasm', 'application/wasm'],
  ['.webmanifest', 'application/manifest+json'],
  ['.woff2', 'font/woff2']
])
