import { HoldfastError } from '@holdfast/core/base/errors'
import type { OperationIo } from '@holdfast/core/ports/operation-io'
import type { Context } from '../term/app.ts'
import { newProgress } from '../term/progress.ts'
import { askYesNo, canAsk } from '../term/prompt.ts'
import { waiting, type Show } from './show.ts'

/** An operation's events, bytes and questions on this process's terminal. Call `stop` when it has ended. */
export function terminalIo({ globals, output, signal }: Context, show: Show): OperationIo & { stop(): void } {
  const progress = newProgress(output)
  return {
    signal,
    async emit(event) {
      if (output.json) await output.event(event)
      else await show.event(event, output)
    },
    progress(event) {
      progress.update(waiting(event) ?? show.progress?.(event) ?? { done: 0, text: '' }, event)
    },
    write: (bytes) => output.write(bytes),
    async *input() {
      for await (const piece of process.stdin) yield piece as Buffer
    },
    async ask({ question }) {
      if (!canAsk(globals)) throw new HoldfastError('NEEDS_CONFIRMATION')
      progress.stop()
      return askYesNo(question, signal)
    },
    stop: () => progress.stop()
  }
}
