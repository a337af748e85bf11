import { hostname } from 'node:os'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { App, Context } from '../term/app.ts'
import { collect } from '../term/args.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-peers.ts'
import { firstLineOfInput } from './stdin.ts'

/** The commands about other devices and relays. */
export function definePeerCommands(app: App): void {
  const { program } = app

  app.on(
    program
      .command('pair')
      .argument('[link]', 'what `holdfast pair` shows on the other device; - reads it from standard input')
      .option('--yes', 'let the device in without asking')
      .option(
        '--listen <address>',
        'where the other device finds this one, as /ip4/192.168.1.5/tcp/0; repeatable',
        collect,
        []
      )
      .option('--name <name>', 'what this device is called', hostname())
      .description('add a device: without a link, show one here and let it in; with one, join'),
    async (context, [link], { yes = false, name, listen }) => {
      if (link === undefined) await runOperation(context, 'pair', { yes }, show.offer, listen as string[])
      else await join(context, link === '-' ? await firstLineOfInput() : link, String(name))
    }
  )

  const relay = program.command('relay').description('always-on peers that keep what is sealed and can read nothing')
  app.on(
    relay
      .command('add')
      .argument('<code>', 'what `holdfast-relay invite` gave; - reads it from standard input')
      .description('use a relay'),
    async (context, [code = '']) =>
      runOperation(context, 'relay add', { code: code === '-' ? await firstLineOfInput() : code }, show.relayAdded)
  )
  app.on(relay.command('ls').description('list the relays'), (context) =>
    runOperation(context, 'relay ls', {}, show.relays)
  )

  const devices = program.command('devices').description('the devices of this account')
  app.on(devices.command('ls', { isDefault: true }).description('list them'), (context) =>
    runOperation(context, 'devices', {}, show.devices)
  )

  app.on(
    program
      .command('sync')
      .option('--once', 'one pass, then end (the only way so far)')
      .description('send and receive until nothing is left'),
    (context) => runOperation(context, 'sync', {}, show.sync)
  )
}

async function join(context: Context, text: string, name: string): Promise<void> {
  const { decodePairingLink } = await import('@holdfast/core/vault/pairing-messages')
  const link = decodePairingLink(text)
  const { assertNoHome } = await import('../home/home.ts')
  const { homePaths } = await import('../home/paths.ts')
  const { newPassphrase } = await import('./unlock.ts')
  const { globals, output, signal } = context
  await assertNoHome(homePaths(globals.home))
  const passphrase = await newPassphrase(context)
  const { joinByLink } = await import('../engine/pairing.ts')
  const remembered = globals.passphraseFile === undefined ? {} : { passphraseFile: globals.passphraseFile }
  const showWords = (words: readonly string[]): void => {
    if (output.json) void output.event({ type: 'compare', words })
    else output.say(`Compare with the other device: ${words.join(' ')}\nWaiting for it to let this one in ...`)
  }
  const { home } = await joinByLink(globals.home, link, { name, passphrase, ...remembered, showWords, signal }).catch(
    (error: unknown) => {
      throw signal.aborted ? new HoldfastError('ABORTED') : error
    }
  )
  try {
    const { account, personalVault } = home.state
    const event = {
      type: 'joined',
      name,
      device: home.secrets.device,
      account,
      vault: personalVault,
      home: globals.home
    }
    if (output.json) await output.event(event)
    else show.joined(event, output)
  } finally {
    await home.close()
  }
}
