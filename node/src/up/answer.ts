import { HoldfastError } from '@holdfast/core/base/errors'
import { every } from '@holdfast/core/engine/later'
import { orAborted } from '@holdfast/core/engine/or-aborted'
import type { OperationIo } from '@holdfast/core/ports/operation-io'
import { listenForControl, type ControlServer } from '../control/server.ts'
import type { ControlSocket } from '../control/socket-path.ts'
import type { StepProgress } from '../folder/vault-steps.ts'
import { noteCommand } from '../log/up-log.ts'
import type { Log } from '../log/log.ts'
import { OPERATIONS } from '../operations/table.ts'
import { OnDemand } from './on-demand.ts'
import type { Opened } from './open.ts'

/** What they read lies here most of the time: they do not wait for others who may not be needed. */
const READING: ReadonlySet<string> = new Set(['cat', 'get'])

const TELL_EVERY_MS = 1000

/**
 * Takes the commands of this home from now on. Those that others are needed for wait, until the folders have been looked through and
 * this device is online.
 */
export async function answerCommands(socket: ControlSocket, opened: Opened, log: Log): Promise<ControlServer> {
  const { engine, folders, settings } = opened
  const onDemand = new OnDemand(engine)
  await Promise.all([...OPERATIONS.values()].map((operation) => operation.load()))
  return listenForControl(socket, async (op, args, io) => {
    const operation = OPERATIONS.get(op)
    if (operation === undefined)
      throw new HoldfastError('USAGE', 'The running Holdfast process does not know this command: start it again.')
    const run = (): Promise<void> => operation.run(engine, args, io)
    await noteCommand(log, op, async () => {
      if (operation.network === 'unused' || (folders.catchingUp !== undefined && READING.has(op))) return run()
      await untilOthers(opened, io)
      return settings['connect.autoConnect'] ? run() : onDemand.during(run)
    })
  })
}

function whereAt(progress: StepProgress | undefined): { step: string; files: number } {
  return { step: progress?.step ?? 'looking', files: progress?.files ?? 0 }
}

/** Who waits is told what for. Throws ABORTED when they would not wait any longer, and what going online throws. */
async function untilOthers({ home, engine, folders, settings, caughtUp }: Opened, io: OperationIo): Promise<void> {
  const tell = (): void => {
    const at = folders.catchingUp
    if (at !== undefined)
      io.progress({ type: 'progress', waitsFor: 'folders', path: at.path ?? null, ...whereAt(at.progress) })
  }
  tell()
  const end = every(home.wait, TELL_EVERY_MS, tell)
  try {
    await orAborted<unknown>(settings['connect.autoConnect'] ? engine.goOnline() : caughtUp, io.signal)
  } finally {
    end()
  }
}
