import type { ControlEvent } from '../../control/io.ts'
import { connectControl } from '../../control/client.ts'
import { controlSocket } from '../../control/socket-path.ts'

/** What a running process answers at the control socket of its home; undefined when none answers. Starts no process. */
export async function ask(home: string, op: string, args: unknown = {}): Promise<ControlEvent[] | undefined> {
  const client = await connectControl(controlSocket(home))
  if (client === undefined) return undefined
  const events: ControlEvent[] = []
  const io = {
    emit: (event: ControlEvent) => Promise.resolve(void events.push(event)),
    progress: () => undefined,
    write: () => Promise.resolve(),
    async *input() {},
    ask: () => Promise.resolve(false),
    signal: new AbortController().signal
  }
  // It may be on its way down while it is asked.
  return client.call(op, args, io).then(
    () => events,
    () => undefined
  )
}
