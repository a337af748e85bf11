import { resolve } from 'node:path'
import { explain, HoldfastError, isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import type { App, Context } from '../term/app.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-care.ts'
import { get as shownGet } from './show-files.ts'

/** The commands that look after a home and what runs for it. */
export function defineCareCommands(app: App): void {
  app.on(
    app.program
      .command('doctor')
      .description('look at everything that can be wrong here, with its cause and what to do'),
    (context) => doctor(context),
    { examples: ['holdfast doctor', 'holdfast doctor --json'] }
  )
  app.on(
    app.program
      .command('export')
      .argument('<dir>', 'a folder of this machine; what is there already is never replaced')
      .description('take everything out, decrypted; run again, it goes on where it was'),
    (context, [dir = '']) =>
      runOperation(context, 'get', { paths: ['/'], out: resolve(dir), contents: true, keep: true }, shownGet),
    { examples: ['holdfast export /media/usb/everything'] }
  )
  app.on(
    app.program
      .command('completion')
      .argument('<shell>', 'bash, zsh or fish')
      .description('print what completes the commands in your shell'),
    async ({ output }, [shell]) => {
      const { completionScript, SHELLS } = await import('../term/completion.ts')
      const known = SHELLS.find((one) => one === shell)
      if (known === undefined) throw new HoldfastError('USAGE', `There is a script for ${SHELLS.join(', ')}.`)
      const script = completionScript(app.program, known)
      await (output.json ? output.event({ type: 'script', shell: known, script }) : output.write(script))
    },
    { examples: ['holdfast completion bash > ~/.local/share/bash-completion/completions/holdfast'] }
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
    const local = (await localChecks(thisMachine, context.globals.home, 0)).filter(({ code }) => code !== error.code)
    const { cause } = explain(error.code)
    const said = error.message === cause ? cause : `${cause} ${error.message}`
    await tell([found('home', 'error', error.code, said), ...local], terminalIo(context, show.doctor))
  }
}

const CLOSED: ReadonlySet<ErrorCode> = new Set(['IN_USE', 'LOCKED', 'WRONG_PASSPHRASE', 'HOME_DAMAGED', 'BAD_SETTING'])
