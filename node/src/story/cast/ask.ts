import { isHoldfastError } from '@holdfast/core/base/errors'
import type { HoldfastError } from '@holdfast/core/base/errors'
import type { OperationEvent } from '@holdfast/core/ports/operation-io'
import { connectControl } from '../../control/client.ts'
import { controlSocket } from '../../control/socket-path.ts'

/** What a running process said to one call. */
export interface Answer {
  readonly events: readonly OperationEvent[]
  /** What it wrote as bytes, as `cat` does. */
  readonly bytes: Buffer
  /** Why it did not do it, or not all of it. */
  readonly failure: HoldfastError | undefined
}

export interface CallOptions {
  /** What it asks; without, every answer is no. */
  ask?(): Promise<boolean>
  readonly signal?: AbortSignal
}

/**
 * Tells a running process something at the control socket of its home, as every command does, only without a process of its own
 * for it. Undefined when none answers. Throws what is no error of the operation's.
 */
export async function tell(
  home: string,
  op: string,
  args: unknown = {},
  onEvent?: (event: OperationEvent) => void,
  options: CallOptions = {}
): Promise<Answer | undefined> {
  const client = await connectControl(controlSocket(home))
  if (client === undefined) return undefined
  const events: OperationEvent[] = []
  const pieces: Uint8Array[] = []
  const io = {
    emit: (event: OperationEvent) => {
      events.push(event)
      onEvent?.(event)
      return Promise.resolve()
    },
    progress: (event: OperationEvent) => onEvent?.(event),
    write: (bytes: Uint8Array) => Promise.resolve(void pieces.push(bytes.slice())),
    async *input() {},
    ask: () => options.ask?.() ?? Promise.resolve(false),
    signal: options.signal ?? new AbortController().signal
  }
  const failure = await client.call(op, args, io).then(
    () => undefined,
    (error: unknown) => {
      if (isHoldfastError(error)) return error
      throw error
    }
  )
  return { events, bytes: Buffer.concat(pieces), failure }
}

/** What a running process answers, for a look: undefined when none answers, or it is on its way down. Starts no process. */
export async function ask(
  home: string,
  op: string,
  args: unknown = {}
): Promise<readonly OperationEvent[] | undefined> {
  const answer = await tell(home, op, args).catch(() => undefined)
  return answer === undefined || answer.failure !== undefined ? undefined : answer.events
}
