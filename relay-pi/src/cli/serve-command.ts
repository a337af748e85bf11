import { once } from 'node:events'
import { HoldfastError } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import { connectControl } from '@holdfast/node/control/client'
import { listenForControl } from '@holdfast/node/control/server'
import type { ControlHandler } from '@holdfast/node/control/session'
import { controlSocket } from '@holdfast/node/control/socket-path'
import type { Context } from '@holdfast/node/term/app'
import { printable } from '@holdfast/core/base/printable'
import { DEFAULT_LISTEN, defaultName, isOfThisComputer } from '../home/addresses.ts'
import { readPlace } from '../home/place.ts'
import { systemClock } from '../home/platform.ts'
import { OPERATIONS } from '../operations/table.ts'
import { quietLog } from '../relay/quiet-log.ts'
import { openRelay } from '../relay/relay.ts'
import type { Relay } from '../relay/relay.ts'
import { serve } from '../relay/serve.ts'
import type { ServeOptions, Serving } from '../relay/serve.ts'
import { GRACE_MS, SCRUB_BYTES_PER_SECOND } from '../relay/upkeep.ts'
import { patiently } from './run.ts'
import { asSize } from './size.ts'

/** Whatever hangs: everything acknowledged is durable, so the end may be hard. */
const STOP_MS = 4_500

type Flags = Readonly<Record<string, unknown>>

/** Serves until the signal fires. Throws IN_USE, CANNOT_LISTEN, USAGE, and what opening throws. */
export async function serveCommand(context: Context, flags: Flags): Promise<void> {
  const { globals, output, signal } = context
  const log = quietLog((text) => output.say(`${new Date().toISOString()} ${text}`), systemClock)
  const quotaBytes = flags['quota'] === undefined ? 0 : asSize('--quota', flags['quota'])
  const relay = await open(context, { quotaBytes, log })
  try {
    const serving = await serve(relay, await optionsOf(relay, flags, log))
    const control = await listenForControl(controlSocket(globals.home), handlerOf(relay, serving))
    await sayReady(context, serving)
    if (!signal.aborted) await once(signal, 'abort')
    setTimeout(() => process.exit(0), STOP_MS).unref()
    await Promise.all([control.close(), serving.stop()])
    log('stopped')
  } finally {
    await relay.close()
  }
}

/** A command that holds the home for a moment is waited for; a relay that answers is not. */
function open(
  { globals, signal }: Context,
  options: { quotaBytes: number; log: (text: string) => void }
): Promise<Relay> {
  const attempt = (): Promise<Relay> => openRelay({ home: globals.home, create: true, ...options })
  const mayWait = async (): Promise<boolean> => (await connectControl(controlSocket(globals.home))) === undefined
  return patiently(signal, attempt, mayWait)
}

async function optionsOf(relay: Relay, flags: Flags, log: (text: string) => void): Promise<ServeOptions> {
  const told = flags['listen'] as string[]
  const listen = told.length > 0 ? told : DEFAULT_LISTEN
  const rate = flags['scrubRate']
  return {
    name: nameOf(flags['name']) ?? (await readPlace(relay.kv))?.name ?? defaultName(),
    listen,
    announce: flags['announce'] as string[],
    discover: flags['discover'] !== false && !listen.every(isOfThisComputer),
    circuits: flags['circuits'] !== false,
    scrubBytesPerSecond: rate === undefined ? SCRUB_BYTES_PER_SECOND : asSize('--scrub-rate', rate),
    graceMs: GRACE_MS,
    log
  }
}

function nameOf(flag: unknown): string | undefined {
  if (typeof flag !== 'string' || flag === '') return undefined
  if (Buffer.byteLength(flag) > LIMITS.deviceNameBytes) throw new HoldfastError('USAGE', 'The name is too long.')
  return flag
}

function handlerOf(relay: Relay, serving: Serving): ControlHandler {
  return async (op, args, io) => {
    const operation = OPERATIONS.get(op)
    if (operation === undefined) throw new HoldfastError('USAGE')
    await operation(
      {
        relay,
        serving,
        emit: (event) => (event.type === 'progress' ? Promise.resolve(io.progress(event)) : io.emit(event)),
        signal: io.signal
      },
      args
    )
  }
}

async function sayReady({ globals, output }: Context, { addresses }: Serving): Promise<void> {
  if (output.json) return output.event({ type: 'ready', addresses })
  output.say(`The relay is up in ${printable(globals.home)} and listens on`)
  for (const address of addresses) output.say(`  ${address}`)
  output.say('To let somebody in: holdfast-relay invite')
}
