import { readFileSync } from 'node:fs'
import { App } from '@holdfast/node/term/app'
import type { Context } from '@holdfast/node/term/app'
import { show } from './show.ts'

/** The `holdfast-relay` command: everything that can be typed. What is heavy is loaded by the command that needs it: --help is there at once. */
export function holdfastRelay(): App {
  const app = new App({
    name: 'holdfast-relay',
    description: 'An always-on peer that keeps and checks what it cannot read.',
    version: version(),
    unlocks: false
  })

  app.on(
    app.program
      .command('serve')
      .description('run the relay until it is told to stop (SIGTERM)')
      .option(
        '--listen <address>',
        'where to listen, as a multiaddr; several times (default: TCP 4256, WebSocket 4257, WebRTC UDP 4256)',
        several,
        []
      )
      .option(
        '--announce <address>',
        'address for invitations, if devices reach it by another; several times',
        several,
        []
      )
      .option(
        '--no-discover',
        'announce nothing on the local network: devices then do not find this relay again when its address changes'
      )
      .option(
        '--no-circuits',
        'lead no devices to each other: what they have for one another then goes by way of what is stored here'
      )
      .option('--name <name>', 'what the relay calls itself')
      .option('--quota <size>', 'what one account may store, for example 50GiB (default: no quota)')
      .option('--scrub-rate <size>', 'how much is re-hashed in a second (default: 4MiB)'),
    async (context, _operands, flags) => {
      const { serveCommand } = await import('./serve-command.ts')
      await serveCommand(context, flags)
    }
  )

  app.on(app.program.command('invite').description('make an invitation for one account'), (context) =>
    run(context, 'invite')
  )

  app.on(app.program.command('status').description('what the relay holds'), (context) => run(context, 'status'))

  app.on(
    app.program
      .command('collect')
      .description('delete what nobody needs any more')
      .option('--now', "without the relay's own grace of a day", false),
    (context, _operands, flags) => run(context, 'collect', { now: flags['now'] === true })
  )

  app.on(
    app.program
      .command('verify')
      .option(
        '--repair',
        'open a home that is too damaged to be opened: keep what can be read, members bring the rest',
        false
      )
      .description('check everything here, and have repaired what a connected member has'),
    (context, _operands, flags) => run(context, 'verify', {}, flags['repair'] === true)
  )
  return app
}

const several = (value: string, before: string[]): string[] => [...before, value]

async function run(context: Context, op: string, args: unknown = {}, salvage = false): Promise<void> {
  const { runOperation } = await import('./run.ts')
  await runOperation(context, op, args, show, salvage)
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
