import { resolve } from 'node:path'
import { Command } from 'commander'
import envPaths from 'env-paths'

export { Command, InvalidArgumentError } from 'commander'

/** What every command of every program takes. Flags come before the environment, that before the default. */
export interface Globals {
  /** Absolute. */
  readonly home: string
  readonly json: boolean
  readonly color: boolean
  /** Whether questions may be asked. */
  readonly input: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  /** Absolute. */
  readonly passphraseFile: string | undefined
  /** Settings for this command alone, each `KEY=VALUE` as typed. */
  readonly settings: readonly string[]
}

export interface ProgramOptions {
  readonly name: string
  readonly description: string
  readonly version: string
  /** Whether it has secrets to unlock. */
  readonly unlocks: boolean
}

export function newProgram(options: ProgramOptions): Command {
  const program = new Command(options.name)
    .description(options.description)
    .version(options.version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .option('--home <dir>', 'where this vault lives on this machine (HOLDFAST_HOME)')
    .option('--json', 'one JSON object a line instead of text')
    .option('--no-color', 'no colours (NO_COLOR)')
    .option('--no-input', 'never ask')
    .option('-q, --quiet', 'errors only')
    .option('-v, --verbose', 'details of errors')
  if (options.unlocks)
    program
      .option('--passphrase-file <file>', 'read the passphrase there (HOLDFAST_PASSPHRASE_FILE)')
      .option('--set <key=value>', 'a setting for this command alone; repeatable', collect)
  return program
}

export function globalsOf(command: Command, env: NodeJS.ProcessEnv = process.env): Globals {
  const flags = command.optsWithGlobals<Record<string, unknown>>()
  const passphraseFile = text(flags['passphraseFile']) ?? text(env['HOLDFAST_PASSPHRASE_FILE'])
  return {
    home: resolve(text(flags['home']) ?? text(env['HOLDFAST_HOME']) ?? defaultHome(root(command).name())),
    json: flags['json'] === true,
    color: flags['color'] !== false && wantsColor(env),
    input: flags['input'] !== false,
    quiet: flags['quiet'] === true,
    verbose: flags['verbose'] === true,
    passphraseFile: passphraseFile === undefined ? undefined : resolve(passphraseFile),
    settings: (flags['set'] ?? []) as string[]
  }
}

/** For a flag that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

/** The folder for data of the platform: `~/.local/share/holdfast` or XDG_DATA_HOME on Linux. */
export function defaultHome(program: string): string {
  return envPaths(program, { suffix: '' }).data
}

/** Data and talk are both coloured, so both have to be on a screen: a file or a pipe gets plain text. */
function wantsColor(env: NodeJS.ProcessEnv): boolean {
  const onScreen = process.stdout.isTTY === true && process.stderr.isTTY === true
  return text(env['NO_COLOR']) === undefined && env['TERM'] !== 'dumb' && onScreen
}

function root(command: Command): Command {
  return command.parent === null ? command : root(command.parent)
}

/** An empty variable or flag is as good as none. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
