import { HoldfastError } from '@holdfast/core/base/errors'
import { CommanderError, type Command } from 'commander'
import { globalsOf, newProgram, type Globals, type ProgramOptions } from './args.ts'
import { printable } from '@holdfast/core/base/printable'
import { Output } from './output.ts'

/** What a running command has to work with. */
export interface Context {
  readonly globals: Globals
  readonly output: Output
  /** Ends with Ctrl-C or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal
}

/** Operands as typed (a variadic one flattened) and the command's own flags. */
export type Action = (
  context: Context,
  operands: readonly string[],
  flags: Readonly<Record<string, unknown>>
) => Promise<void>

/** A program of commands: parses, runs one, and turns what it throws into words and an exit code. */
export class App {
  readonly program: Command
  private readonly interrupt = new AbortController()
  private output: Output

  constructor(options: ProgramOptions) {
    this.program = newProgram(options)
    this.output = fallbackOutput(process.argv)
  }

  /** Gives a command what it does. With `raw` its standard output is bytes; `examples` end its help. */
  on(command: Command, action: Action, options: { raw?: boolean; examples?: readonly string[] } = {}): Command {
    if (options.examples !== undefined) command.addHelpText('after', examplesText(options.examples))
    return command.action(async () => {
      const globals = globalsOf(command)
      this.output = new Output({ ...globals, raw: options.raw ?? false })
      await action({ globals, output: this.output, signal: this.interrupt.signal }, command.args, command.opts())
    })
  }

  /** Runs what the command line says; resolves to the exit code. */
  async run(argv: readonly string[] = process.argv): Promise<number> {
    this.listen()
    try {
      await this.program.parseAsync([...argv])
      return 0
    } catch (error) {
      if (error instanceof CommanderError) return await this.endOfParsing(error)
      return await this.output.fail(
        this.interrupt.signal.aborted && !isOwn(error) ? new HoldfastError('ABORTED') : error
      )
    }
  }

  private async endOfParsing(error: CommanderError): Promise<number> {
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 0
    if (error.code === 'commander.help') return 2
    const said = error.message.replace(/^error: /, '').split(/\s*\n\s*/)
    return await this.output.fail(new HoldfastError('USAGE', said.map(printable).join(' ')))
  }

  private listen(): void {
    const stop = () => {
      if (this.interrupt.signal.aborted) process.exit(130)
      this.interrupt.abort(new HoldfastError('ABORTED'))
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    // Whoever read the output has seen enough (`| head`): that is no error of this program.
    process.stdout.on('error', () => process.exit(0))
  }
}

/** How the help of a command ends. */
export function examplesText(examples: readonly string[]): string {
  return `\n${['For example:', ...examples].join('\n  ')}`
}

/** Runs the program and ends the process when everything it wrote is out. */
export async function runToExit(app: App): Promise<never> {
  const code = await app.run()
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(code)
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

/** Errors met before the flags are understood still honour --json. */
function fallbackOutput(argv: readonly string[]): Output {
  return new Output({ json: argv.includes('--json'), quiet: false, verbose: false, color: false })
}

function isOwn(error: unknown): boolean {
  return error instanceof HoldfastError
}
