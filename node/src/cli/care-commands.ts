import { explain, isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import type { App, Context } from '../term/app.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-care.ts'

/** The commands that look after a home and what runs for it. */
export function defineCareCommands(app: App): void {
  app.on(
    app.program
      .command('doctor')
      .description('look at everything that can be wrong here, with its cause and what to do'),
    (context) => doctor(context),
    { examples: ['holdfast doctor', 'holdfast doctor --json'] }
  )
}

/** A home that does not open is a finding like another: what can be seen from outside is told all the same. */
export async function doctor(context: Context): Promise<void> {
  try {
    await runOperation(context, 'doctor', null, show.doctor)
  } catch (error) {
    if (!isHoldfastError(error) || !CLOSED.has(error.code)) throw error
    const [{ tell }, { localChecks }, { found }, { thisMachine }, { terminalIo }] = await Promise.all([
      import('../doctor/doctor.ts'),
      import('../doctor/local.ts'),
      import('../doctor/check.ts'),
      import('../doctor/machine.ts'),
      import('./terminal-io.ts')
    ])
    const local = await localChecks(thisMachine, context.globals.home, 0)
    const { cause } = explain(error.code)
    const said = error.message === cause ? cause : `${cause} ${error.message}`
    await tell([found('home', 'error', error.code, said), ...local], terminalIo(context, show.doctor))
  }
}

const CLOSED: ReadonlySet<ErrorCode> = new Set(['IN_USE', 'LOCKED', 'WRONG_PASSPHRASE', 'HOME_DAMAGED', 'BAD_SETTING'])
