import { isHoldfastError } from '@holdfast/core/base/errors'
import { openHomeSite } from '../site/home-site.ts'
import type { Site } from '../site/site.ts'
import type { Context } from '../term/app.ts'

export interface AppWish {
  readonly isWanted: boolean
  /** Where it is to be from now on. */
  readonly port?: number | undefined
}

/** It is never moved by itself: what the browser keeps of the app, a whole device, belongs to its address. */
const TAKEN = 'The port of the app is used by another program: the app is not served. Everything else goes on.'
const REMEDY =
  'End that program and start again. Or give the app another port with --app-port: a browser that was paired at the old address is then to be paired anew.'

/** Serves the app of this home, if it is wanted. A taken port is an error only when it was asked for by name. Throws CANNOT_LISTEN. */
export async function serveApp({ globals, output }: Context, { isWanted, port }: AppWish): Promise<Site | undefined> {
  if (!isWanted) return undefined
  try {
    return await openHomeSite(globals.home, port)
  } catch (error) {
    if (port !== undefined || !isHoldfastError(error, 'CANNOT_LISTEN')) throw error
    if (output.json) await output.event({ type: 'app-not-served', code: error.code, message: TAKEN, remedy: REMEDY })
    else output.warn(`${TAKEN} ${REMEDY}`)
    return undefined
  }
}
