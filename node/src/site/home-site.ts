import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { readFileOrUndefined, writeFileDurably } from '../disk/atomic-file.ts'
import { openSite } from './site.ts'
import type { Site } from './site.ts'

/** Where the build puts the app: this file is compiled to node/dist/site/. */
const APP_FOLDER = join(fileURLToPath(new URL('../../../', import.meta.url)), 'pwa', 'dist', 'site')

/** The first port tried, and how many after it when several homes of one machine have an app. */
const FIRST_PORT = 4270
const PORTS_TRIED = 20

/**
 * Serves the app of a home at the port it has always had, because the browser keeps what the app stores under it: another port would show another, empty app. The
 * first time it is the first that is free; `told` moves it. Throws CANNOT_LISTEN.
 */
export async function openHomeSite(home: string, told?: number, folder: string = APP_FOLDER): Promise<Site> {
  const at = join(home, 'app.json')
  const remembered = await rememberedPort(at)
  const wanted = told ?? remembered
  const site = wanted === undefined ? await openFirst(folder) : await openSite(folder, wanted)
  if (site.port !== remembered) await writeFileDurably(at, `${JSON.stringify({ v: 1, port: site.port })}\n`)
  return site
}

async function openFirst(folder: string): Promise<Site> {
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    const site = await openSite(folder, port).catch((error: unknown) => {
      if (!isHoldfastError(error, 'CANNOT_LISTEN')) throw error
    })
    if (site !== undefined) return site
  }
  throw new HoldfastError('CANNOT_LISTEN', `The ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} are all used.`)
}

/** Undefined where none was written yet, or nothing that could be one. */
async function rememberedPort(path: string): Promise<number | undefined> {
  const bytes = await readFileOrUndefined(path)
  try {
    const { port } = JSON.parse(new TextDecoder().decode(bytes)) as { port?: unknown }
    return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
  } catch {
    return undefined
  }
}
