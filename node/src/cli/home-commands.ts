import { hostname } from 'node:os'
import type { App, Context } from '../term/app.ts'
import { collect } from '../term/args.ts'
import { askPassphrase, canAsk } from '../term/prompt.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-home.ts'
import { textOfInput } from './stdin.ts'

/** The commands that make, run and look after a home. */
export function defineHomeCommands(app: App): void {
  const { program } = app

  app.on(
    program
      .command('init')
      .option('--name <name>', 'what this device is called', hostname())
      .description('make an account, with this device as its first'),
    (context, _operands, { name }) => init(context, String(name))
  )

  app.on(
    program
      .command('up')
      .option('--listen <address>', 'an address others can reach, as /ip4/0.0.0.0/tcp/4258; repeatable', collect, [])
      .description('stay connected: bring in what is new, pass on what is made here'),
    async (context, _operands, { listen }) => {
      const { up } = await import('../up/up.ts')
      await up(context, listen as string[])
    }
  )

  app.on(
    program
      .command('status')
      .option('-l, --long', 'with a line for each file and where its copies are')
      .description('one look at everything: state, devices, copies, problems'),
    (context, _operands, { long = false }) => runOperation(context, 'status', { files: long }, show.status)
  )

  app.on(
    program.command('verify').description('re-hash everything here; what is damaged is fetched again'),
    (context) => runOperation(context, 'verify', {}, show.verify)
  )

  const recovery = program.command('recovery').description('the 24 words that bring everything back')
  app.on(
    recovery.command('test').description('check that the words you kept are those of this account; they are asked for'),
    async (context) => {
      const words = await recoveryWords(context)
      await runOperation(context, 'recovery test', { words }, show.recovery)
    }
  )
}

/** The words come from a person or from standard input, never from the command line, which other processes can see. */
async function recoveryWords({ globals, signal }: Context): Promise<string> {
  if (canAsk(globals)) return askPassphrase('The 24 recovery words', signal)
  return textOfInput()
}

async function init(context: Context, name: string): Promise<void> {
  const { newPassphrase } = await import('./unlock.ts')
  const { assertNoHome } = await import('../home/home.ts')
  const { homePaths } = await import('../home/paths.ts')
  const { globals, output } = context
  await assertNoHome(homePaths(globals.home)) // before a passphrase is asked for
  const passphrase = await newPassphrase(context)
  const { initHome } = await import('../home/init.ts')
  const remembered = globals.passphraseFile === undefined ? {} : { passphraseFile: globals.passphraseFile }
  const { home, words } = await initHome(globals.home, { name, passphrase, ...remembered })
  try {
    const { state, secrets } = home
    const event = {
      type: 'account',
      words: words.split(' '),
      account: state.account,
      device: secrets.device,
      vault: state.personalVault,
      name,
      home: globals.home
    }
    if (output.json) await output.event(event)
    else await show.account(event, output)
  } finally {
    await home.close()
  }
}
