import { HoldfastError } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import { OPERATIONS } from '@holdfast/core/operations/table'
import type { OperationIo } from '@holdfast/core/ports/operation-io'
import type { ServedIo } from '../bridge/server.ts'

export type RunIo = Pick<ServedIo, 'signal' | 'emit' | 'progress' | 'ask'> & { readonly asks: boolean }

/** One of the operations that the command line has. Throws USAGE for one that is not there, and what it throws. */
export async function runOperation(engine: Engine, name: string, args: unknown, io: RunIo): Promise<void> {
  const operation = OPERATIONS.get(name)
  if (operation === undefined) throw new HoldfastError('USAGE', 'there is no such operation')
  if (operation.network !== 'unused') await engine.goOnline()
  await operation.run(engine, args ?? {}, operationIo(io)).catch((error: unknown) => {
    throw io.signal.aborted ? new HoldfastError('ABORTED') : error
  })
}

function operationIo({ signal, emit, progress, ask, asks }: RunIo): OperationIo {
  return {
    signal,
    emit,
    progress,
    ask: async ({ question }) => asks && (await ask(question)),
    // Bytes of files go by `read`, and into the vault by `add`.
    write: async () => {
      throw new HoldfastError('USAGE', 'this operation writes bytes')
    },
    async *input() {}
  }
}
