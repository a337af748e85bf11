import { setTimeout as sleep } from 'node:timers/promises'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { connectControl } from '@holdfast/node/control/client'
import type { OperationEvent, OperationIo } from '@holdfast/core/ports/operation-io'
import { controlSocket } from '@holdfast/node/control/socket-path'
import type { Context } from '@holdfast/node/term/app'
import { newProgress } from '@holdfast/node/term/progress'
import { aside } from './show.ts'

/** Another command may hold the home for a moment, or the relay may just be starting: tried again this long. */
const PATIENCE_MS = 3000
const RETRY_MS = 50

export type Show = (event: OperationEvent) => string

/** Runs an operation in the process that serves this home, or in this one when there is none. Throws IN_USE. */
export async function runOperation(
  context: Context,
  op: string,
  args: unknown,
  show: Show,
  salvage = false
): Promise<void> {
  const io = ioOf(context, show)
  await patiently(context.signal, async () => {
    const client = await connectControl(controlSocket(context.globals.home))
    if (client === undefined) await runHere(context, op, args, io, salvage)
    else await client.call(op, args, io)
  })
}

/** Tries again for a while when the home is in use by somebody who does not answer (yet). */
export async function patiently<T>(
  signal: AbortSignal,
  attempt: () => Promise<T>,
  mayWait: () => Promise<boolean> = () => Promise.resolve(true)
): Promise<T> {
  const giveUpMs = performance.now() + PATIENCE_MS
  while (true) {
    try {
      return await attempt()
    } catch (error) {
      if (!isHoldfastError(error, 'IN_USE') || performance.now() >= giveUpMs || !(await mayWait())) throw error
    }
    await sleep(RETRY_MS, undefined, { signal })
  }
}

async function runHere(
  context: Context,
  op: string,
  args: unknown,
  { emit, signal }: OperationIo,
  salvage: boolean
): Promise<void> {
  const { openRelay } = await import('../relay/relay.ts')
  const { OPERATIONS } = await import('../operations/table.ts')
  const relay = await openRelay({ home: context.globals.home, salvage })
  try {
    await OPERATIONS.get(op)!({ relay, serving: undefined, emit, signal }, args)
  } finally {
    await relay.close()
  }
}

function ioOf({ output, signal }: Context, show: Show): OperationIo {
  const progress = newProgress(output)
  const emit = async (event: OperationEvent): Promise<void> => {
    if (event.type === 'progress') return progress.update({ done: 0, text: show(event) }, event)
    progress.stop()
    if (output.json) await output.event(event)
    else await output.line(show(event))
    const talk = aside(event)
    if (talk !== undefined) output.say(`\n${talk}`)
  }
  return {
    emit,
    signal,
    progress: (event) => void emit(event),
    write: (bytes) => output.write(bytes),
    async *input() {},
    ask: () => Promise.reject(new HoldfastError('NEEDS_CONFIRMATION'))
  }
}
