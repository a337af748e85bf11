import { explain, HoldfastError } from '@holdfast/core/base/errors'
import type { Site } from '../site/site.ts'
import { unlockFrom } from '../cli/unlock.ts'
import { listenForControl, type ControlServer } from '../control/server.ts'
import { controlSocket } from '../control/socket-path.ts'
import { Engine } from '@holdfast/core/engine/engine'
import { openHome } from '../home/open.ts'
import { OPERATIONS } from '../operations/table.ts'
import type { Context } from '../term/app.ts'
import { listenAt } from './listen.ts'
import { serveApp } from './serve-app.ts'
import type { AppWish } from './serve-app.ts'

/** However much is under way, the process is gone this long after it was told to. Everything acknowledged is durable. */
const STOP_WITHIN_MS = 4000

/** The long-running process: opens the home, connects, and answers the commands of this home until it is told to stop. */
export async function up(context: Context, listen: readonly string[], app: AppWish): Promise<void> {
  const { globals, output, signal } = context
  const home = await openHome(globals.home, unlockFrom(context))
  let engine: Engine | undefined
  let control: ControlServer | undefined
  let site: Site | undefined
  try {
    engine = await Engine.start(home, {
      listen: listenAt(home, listen),
      connect: true
    })
    const running = engine
    await Promise.all([...OPERATIONS.values()].map((operation) => operation.load()))
    control = await listenForControl(controlSocket(globals.home), async (op, args, io) => {
      const operation = OPERATIONS.get(op)
      if (operation === undefined)
        throw new HoldfastError('USAGE', 'The running Holdfast process does not know this command: start it again.')
      await operation.run(running, args, io)
    })
    site = await serveApp(context, app)
    const addresses = running.network.host.addresses()
    if (output.json) {
      const at = { addresses, control: control.path, app: site?.address ?? null }
      await output.event({ type: 'ready', ...at, process: process.pid })
    } else {
      const at = addresses.length > 0 ? `, at ${addresses.join(' ')}` : ''
      output.say(`${home.settings.name} is up${at}. Stop it with Ctrl-C.`)
      if ((await site?.isBuilt()) === true) output.say(`The app for this computer's browser: ${site?.address}`)
    }
    if (running.network.host.unsupported.length > 0)
      output.warn('WebRTC does not load on this computer: browsers come by WebSocket only.')
    const tell = (): void => {
      if (!running.standing.isRevoked) return
      unwatch()
      const { cause, remedy } = explain('REVOKED')
      if (output.json) void output.event({ type: 'revoked', message: cause, remedy })
      else output.warn(`${cause} ${remedy}`)
    }
    const unwatch = running.onChange(tell)
    tell()
    await stopped(signal)
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref()
  } finally {
    await site?.close()
    await control?.close()
    await engine?.stop()
    await home.close()
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
