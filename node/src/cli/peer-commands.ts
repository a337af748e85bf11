import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { Home } from '@holdfast/core/home/home'
import { examplesText, type App, type Context } from '../term/app.ts'
import { collect } from '../term/args.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-peers.ts'
import { firstLineOfInput } from './stdin.ts'
import { newPassphrase, STORE_CREDENTIALS, unlockLater } from './unlock.ts'

/** The commands about other devices and relays. */
export function definePeerCommands(app: App): void {
  const { program } = app

  app.on(
    program
      .command('pair')
      .usage('[options] [LINK | WORD1 ... WORD12 --at ADDRESS]')
      .argument(
        '[link...]',
        'what `holdfast pair` shows on the other device, as a link or in 12 words; - reads it from standard input'
      )
      .option('--at <address>', 'with words: where the other device waits, as it shows it; repeatable', collect)
      .option('--yes', 'let the device in without asking')
      .option(
        '--listen <address>',
        'where the other device finds this one, as /ip4/192.168.1.5/tcp/0; repeatable',
        collect
      )
      .option('--name <name>', 'what this device is called', hostname())
      .option(...STORE_CREDENTIALS)
      .description('add a device: without a link, show one here and let it in; with one, join'),
    async (context, given, { yes = false, name, listen = [], at = [], storeCredentials }) => {
      if (given.length === 0) return runOperation(context, 'pair', { yes }, show.offer, listen as string[])
      const parts = given[0] === '-' ? [await firstLineOfInput()] : given
      await join(context, parts, at as string[], { name: String(name), storeCredentials: storeCredentials === true })
    },
    {
      examples: [
        'holdfast pair',
        'holdfast pair holdfast:pair/...',
        'holdfast pair WORD1 ... WORD12 --at /ip4/192.168.1.5/tcp/4256'
      ]
    }
  )

  const relay = program
    .command('relay')
    .helpCommand(false)
    .description('always-on peers that keep what is sealed and can read nothing')
    .addHelpText('after', examplesText(['holdfast relay add CODE', 'holdfast relay ls']))
  app.on(
    relay
      .command('add')
      .argument('<code>', 'what `holdfast-relay invite` gave; - reads it from standard input')
      .option('--kit <file>', 'the recovery kit, to name the relay in it')
      .description('use a relay'),
    async (context, [given = ''], { kit }) => {
      const code = given === '-' ? await firstLineOfInput() : given
      const args = { code, kit: typeof kit === 'string' ? resolve(kit) : undefined }
      await runOperation(context, 'relay add', args, show.relayAdded)
    },
    { examples: ['holdfast relay add CODE --kit /media/usb/kit.txt'] }
  )
  app.on(
    relay.command('ls').description('list the relays'),
    (context) => runOperation(context, 'relay ls', {}, show.relays),
    { examples: ['holdfast relay ls'] }
  )
  app.on(
    relay
      .command('rm')
      .argument('<name>', 'the relay, or the first digits of its id')
      .option('-f, --force', 'also when it holds the only copy of something')
      .description('use a relay no longer: the others make the copies that are missing then'),
    (context, [name = ''], { force = false }) => runOperation(context, 'relay rm', { name, force }, show.relayRemoved),
    { examples: ['holdfast relay rm attic'] }
  )
  app.on(
    relay
      .command('set')
      .option('--copies <n>', 'how many relays hold each piece (2, unless there are fewer)')
      .option('--repair-after <time>', 'how long one may be away before others take its place, as 24h or 30m')
      .description('say how many copies the relays keep, and when they make new ones'),
    (context, _given, { copies, repairAfter }) =>
      runOperation(context, 'relay set', { copies, repairAfter }, show.relaysSet),
    { examples: ['holdfast relay set --copies 3', 'holdfast relay set --repair-after 12h'] }
  )

  const devices = program
    .command('devices')
    .helpCommand(false)
    .description('the devices of this account')
    .addHelpText('after', examplesText(['holdfast devices', 'holdfast devices revoke phone']))
  app.on(
    devices.command('ls', { isDefault: true }).description('list them'),
    (context) => runOperation(context, 'devices', {}, show.devices),
    { examples: ['holdfast devices'] }
  )
  app.on(
    devices
      .command('revoke')
      .argument('<name>', 'its name, or the first digits of its id')
      .option('--keep <name>', 'a device that it let in and that stays; repeatable', collect)
      .option('-f, --force', 'without asking')
      .option('--yes', 'the same')
      .description('remove a device from this account for good: it keeps what it has and gets nothing new'),
    (context, [name = ''], { keep, force = false, yes = false }) =>
      runOperation(
        context,
        'devices revoke',
        { name, keep: keep as string[] | undefined, force: force === true || yes === true },
        show.revoked
      ),
    { examples: ['holdfast devices revoke phone', 'holdfast devices revoke laptop --keep tablet'] }
  )

  app.on(
    program
      .command('sync')
      .option('--once', 'one pass, then end; `holdfast up` stays')
      .option(
        '--accept-deletes',
        'also where more than half of the files of a folder of this computer go by it; others ask for themselves'
      )
      .description('send and receive until nothing is left'),
    (context, _operands, { acceptDeletes = false }) => runOperation(context, 'sync', { acceptDeletes }, show.sync),
    { examples: ['holdfast sync --once', 'holdfast sync --accept-deletes'] }
  )
}

async function join(
  context: Context,
  parts: readonly string[],
  at: readonly string[],
  { name, storeCredentials }: { readonly name: string; readonly storeCredentials: boolean }
): Promise<void> {
  const { meetingFromText } = await import('@holdfast/core/engine/account/typed-link')
  const link = meetingFromText(parts, at)
  const { assertNoHome } = await import('@holdfast/core/home/home')
  const { DiskPlace } = await import('../home/disk-place.ts')
  const { nodePlatform } = await import('../home/platform.ts')
  const { globals, output, signal } = context
  const place = new DiskPlace(globals.home)
  await assertNoHome(place)
  const passphrase = await newPassphrase(context)
  const { joinByLink } = await import('@holdfast/core/engine/account/pairing')
  const later = await unlockLater(context, storeCredentials)
  output.say('Looking for the other device ...')
  const showWords = (words: readonly string[]): void => {
    if (output.json) void output.event({ type: 'compare', words })
    else output.say(`Compare with the other device: ${words.join(' ')}\nWaiting for it to let this one in ...`)
  }
  const { home } = await joinByLink(place, nodePlatform, link, {
    name,
    newHome: async () => ({ name, passphrase, ...later }),
    showWords,
    signal
  }).catch((error: unknown) => {
    throw signal.aborted ? new HoldfastError('ABORTED') : error
  })
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
    await firstExchange(home, signal)
    if (output.json) await output.event(event)
    else show.joined(event, output)
  } finally {
    await home.close()
  }
}

/** Names, members and relays come at once, as far as somebody answers; contents come with the first sync. */
async function firstExchange(home: Home, signal: AbortSignal): Promise<void> {
  const { Engine } = await import('@holdfast/core/engine/engine')
  const engine = await Engine.start(home, { pull: false })
  try {
    await engine.syncOnce({ signal: AbortSignal.any([signal, AbortSignal.timeout(FIRST_EXCHANGE_MS)]) })
  } catch (error) {
    // The device is paired all the same: it catches up with whoever it meets first.
    if (!isHoldfastError(error)) throw error
  } finally {
    await engine.stop()
  }
}

const FIRST_EXCHANGE_MS = 15_000
