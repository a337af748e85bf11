import { explain, HoldfastError } from '@holdfast/core/base/errors'
import { unlockFrom } from '../cli/unlock.ts'
import { listenForControl, type ControlServer } from '../control/server.ts'
import { controlSocket } from '../control/socket-path.ts'
import { Engine } from '@holdfast/core/engine/engine'
import { openHome } from '../home/open.ts'
import { OPERATIONS } from '../operations/table.ts'
import type { Context } from '../term/app.ts'
import { listenAt } from './listen.ts'

/** However much is under way, the process is gone this long after it was told to. Everything acknowledged is durable. */
const STOP_WITHIN_MS = 4000

/** The long-running process: opens the home, connects, and answers the commands of this home until it is told to stop. */
export async function up(context: Context, listen: readonly string[]): Promise<void> {
  const { globals, output, signal } = context
  const home = await openHome(globals.home, unlockFrom(context))
  let engine: Engine | undefined
  let control: ControlServer | undefined
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
    const addresses = running.network.host.addresses()
    if (output.json) await output.event({ type: 'ready', addresses, control: control.path, process: process.pid })
    else
      output.say(
        `${home.settings.name} is up${addresses.length > 0 ? `, at ${addresses.join(' ')}` : ''}. Stop it with Ctrl-C.`
      )
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
