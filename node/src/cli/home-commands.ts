import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import { examplesText, type App, type Context } from '../term/app.ts'
import { collect } from '../term/args.ts'
import { askPassphrase, canAsk } from '../term/prompt.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-home.ts'
import { textOfInput } from './stdin.ts'
import { STORE_CREDENTIALS } from './unlock.ts'

/** The commands that make, run and look after a home. */
export function defineHomeCommands(app: App): void {
  const { program } = app

  app.on(
    program
      .command('init')
      .argument('[dir]', 'a folder of this machine to be kept in step with the vault')
      .option('--name <name>', 'what this device is called', hostname())
      .option('--user-name <name>', 'what others see you as (default: what this device is called)')
      .option(
        '--kit <file>',
        'write the recovery kit there too: the words, for you alone to read; with --recover, read it'
      )
      .option('--recover', 'bring an account back instead, with its 24 words, from its relays')
      .option('--words-file <file>', 'with --recover: a file with the words; without it and a kit they are asked for')
      .option(
        '--relay <relay...>',
        'with --recover: ID and ADDRESS of a relay, as the recovery kit lists it; repeatable'
      )
      .option('--accept-less', 'with --recover: take what is left where the relays have lost something')
      .option(...STORE_CREDENTIALS)
      .description('make an account, with this device as its first, or bring one back'),
    async (context, [dir], { name, userName, kit, storeCredentials, recover, wordsFile, relay, acceptLess }) => {
      const options = {
        name: String(name),
        kit: typeof kit === 'string' ? resolve(kit) : undefined,
        storeCredentials: storeCredentials === true
      }
      const wordsAt = typeof wordsFile === 'string' ? resolve(wordsFile) : undefined
      if (recover === true) {
        if (userName !== undefined)
          throw new HoldfastError('USAGE', 'An account that comes back brings its name: see holdfast contact')
        const { recoverByWords } = await import('./recover.ts')
        const relays = (relay ?? []) as string[]
        return recoverByWords(context, { ...options, wordsFile: wordsAt, relays, acceptsLess: acceptLess === true })
      }
      if (wordsAt !== undefined || relay !== undefined)
        throw new HoldfastError('USAGE', '--words-file and --relay go with --recover')
      const { init } = await import('./init.ts')
      const called = typeof userName === 'string' ? userName : undefined
      await init(context, { ...options, userName: called, folder: dir === undefined ? undefined : resolve(dir) })
    },
    {
      examples: [
        'holdfast init ~/Holdfast',
        'holdfast init --name laptop --user-name Anna --kit /media/usb/kit.txt',
        'holdfast init --recover --kit /media/usb/kit.txt',
        'holdfast init --recover --words-file WORDS --relay ID ADDRESS'
      ]
    }
  )

  app.on(
    program
      .command('up')
      .option('--listen <address>', 'an address others can reach, as /ip4/0.0.0.0/tcp/4258; repeatable', collect)
      .option('--no-app', "do not serve the app to this computer's browser")
      .option('--app-port <number>', 'serve the app at this port from now on; a browser knows it by its port')
      .description('stay connected: bring in what is new, pass on what is made here'),
    async (context, _operands, { listen = [], app, appPort }) => {
      const { up } = await import('../up/up.ts')
      await up(context, listen as string[], { isWanted: app !== false, port: portOf(appPort) })
    },
    { examples: ['holdfast up', 'holdfast up --listen /ip4/0.0.0.0/tcp/4258', 'holdfast up --app-port 4300'] }
  )

  app.on(
    program
      .command('status')
      .option('-l, --long', 'with a line for each file and where its copies are')
      .option('--check', 'end with 15 when something needs a decision of yours')
      .description('one look at everything: state, devices, copies, problems'),
    (context, _operands, { long = false, check = false }) =>
      runOperation(context, 'status', { files: long, check }, show.status),
    { examples: ['holdfast status', 'holdfast status -l --json'] }
  )

  app.on(
    program
      .command('verify')
      .option('--repair', 'open a home that is too damaged to be opened: keep what can be read, fetch the rest')
      .description('check everything here; what is damaged is fetched again'),
    (context, _operands, { repair = false }) => runOperation(context, 'verify', { repair }, show.verify),
    { examples: ['holdfast verify', 'holdfast verify --repair'] }
  )

  const recovery = program
    .command('recovery')
    .helpCommand(false)
    .description('the 24 words that bring everything back')
    .addHelpText(
      'after',
      `\nThe words themselves cannot be shown again: they are kept nowhere but where you\nwrote them down.\n${examplesText(['holdfast recovery test'])}`
    )
  app.on(
    recovery
      .command('test')
      .argument('[kit]', 'file with the recovery kit; without it the words are asked for')
      .option('--words-file <file>', 'a file with the words instead')
      .description('rehearse coming back by the words you kept: is everything there? Changes nothing'),
    async (context, [kit], { wordsFile }) => {
      const file = typeof wordsFile === 'string' ? wordsFile : kit
      const words = file === undefined ? await recoveryWords(context) : await wordsOfFile(resolve(file))
      const { rehearsal } = await import('./show-recovery.ts')
      await runOperation(context, 'recovery test', { words }, rehearsal)
    },
    {
      examples: [
        'holdfast recovery test',
        'holdfast recovery test /media/usb/kit.txt',
        'holdfast recovery test --words-file WORDS'
      ]
    }
  )
}

function portOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const port = Number(value)
  if (/^\d+$/.test(value) && port > 0 && port < 65_536) return port
  throw new HoldfastError('USAGE', '--app-port is a number from 1 to 65535')
}

/** The words come from a person or from standard input, never from the command line, which other processes can see. */
async function recoveryWords({ globals, signal }: Context): Promise<string> {
  if (canAsk(globals)) return askPassphrase('The 24 recovery words', signal)
  return textOfInput()
}

async function wordsOfFile(path: string): Promise<string> {
  const { readKitText } = await import('../operations/kit-file.ts')
  return readKitText(path)
}
