import { setTimeout as wait } from 'node:timers/promises'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { connectControl } from '../control/client.ts'
import type { OperationIo } from '@holdfast/core/ports/operation-io'
import { controlSocket } from '../control/socket-path.ts'
import type { Context } from '../term/app.ts'
import type { Show } from './show.ts'
import { terminalIo } from './terminal-io.ts'

/** Another command may hold the home for a moment, or `up` may just be opening a large one: tried again this long, and said when it takes a while. */
const PATIENCE_MS = 10_000
const QUIET_MS = 1500
const RETRY_MS = 100

/** Runs an operation in the process that has the home open, or in this one when there is none. */
export async function runOperation(
  context: Context,
  op: string,
  args: unknown,
  show: Show,
  listen: readonly string[] = []
): Promise<void> {
  const io = terminalIo(context, show)
  try {
    const startMs = performance.now()
    let isSaid = false
    while (!(await attempt({ context, op, args, io, listen }, performance.now() < startMs + PATIENCE_MS))) {
      if (!isSaid && performance.now() > startMs + QUIET_MS) {
        isSaid = true
        context.output.say('Another process has this home open: waiting for it.')
      }
      await wait(RETRY_MS, undefined, { signal: io.signal })
    }
  } finally {
    io.stop()
  }
}

interface Call {
  readonly context: Context
  readonly op: string
  readonly args: unknown
  readonly io: OperationIo
  /** Where an own process listens, if the operation needs that. */
  readonly listen: readonly string[]
}

/** False when the home is in use by somebody who does not answer yet. */
async function attempt({ context, op, args, io, listen }: Call, mayWait: boolean): Promise<boolean> {
  const client = await connectControl(controlSocket(context.globals.home))
  if (client !== undefined) {
    await client.call(op, args, io)
    return true
  }
  const { openHere } = await import('./here.ts')
  const here = await openHere(context, op, listen, args).catch((error: unknown) => {
    if (mayWait && isHoldfastError(error, 'IN_USE')) return undefined
    throw error
  })
  if (here === undefined) return false
  try {
    await here.run(args, io)
  } finally {
    await here.close()
  }
  return true
}
