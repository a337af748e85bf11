import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { examplesText, type App, type Context } from '../term/app.ts'
import { defaultHome } from '../term/args.ts'
import type { UnitParts } from '../service/unit.ts'
import { settingsOf } from './settings.ts'

/** The commands about what runs in the background: `holdfast up` as a systemd user unit. */
export function defineServiceCommands(app: App): void {
  const service = app.program
    .command('service')
    .helpCommand(false)
    .description('run in the background, from the moment you log in (systemd)')
    .addHelpText('after', examplesText(['holdfast service install', 'holdfast service status']))
  app.on(
    service
      .command('install')
      .option('--print', 'only print the unit')
      .description('start now and with every login; with --passphrase-file systemd hands it the passphrase'),
    (context, _operands, { print = false }) => install(context, print === true),
    {
      examples: ['holdfast service install', 'holdfast service install --passphrase-file ~/.holdfast-passphrase']
    }
  )
  app.on(
    service.command('uninstall').description('stop, and start no more by itself'),
    async ({ globals, output }) => {
      const { ownProgram, uninstall, unitNames } = await import('../service/systemd.ts')
      const names = unitNames(globals.home, defaultHome('holdfast'))
      const removed = await uninstall({ program: ownProgram(), home: globals.home }, names)
      if (output.json) await output.event({ type: 'uninstalled', unit: names.service, removed })
      else output.say(removed ? `${names.service} is gone. The vault is untouched.` : 'It was not installed.')
    },
    { examples: ['holdfast service uninstall'] }
  )
  app.on(
    service.command('status').description('whether it runs'),
    async ({ globals, output }) => {
      const { stateOf, unitNames } = await import('../service/systemd.ts')
      const names = unitNames(globals.home, defaultHome('holdfast'))
      const state = await stateOf(names)
      if (output.json) return output.event({ type: 'service', unit: names.service, ...state })
      if (!state.installed) return output.line('not installed: holdfast service install')
      await output.line(`${names.service}: ${state.state}${state.enabled ? ', starts with your login' : ''}`)
      if (state.state !== 'active') output.say(`See why: journalctl --user -u ${names.service}`)
    },
    { examples: ['holdfast service status'] }
  )
  app.on(
    service
      .command('acknowledge')
      .description('say that you have seen what is wrong: what waits for it (startup.blockingErrors) goes on'),
    async ({ globals, output }) => {
      const { acknowledge } = await import('../service/acknowledge.ts')
      await acknowledge(globals.home)
      if (output.json) await output.event({ type: 'acknowledged' })
    },
    { examples: ['holdfast service acknowledge'] }
  )
  app.on(
    service.command('wait').description('show what is wrong, and end only when nothing is or somebody acknowledged it'),
    (context) => waitForPerson(context),
    { examples: ['holdfast service wait'] }
  )
}

async function install({ globals, output }: Context, onlyPrint: boolean): Promise<void> {
  const settings = await settingsOf(globals)
  const { readSettings } = await import('@holdfast/core/home/settings')
  const { DiskPlace } = await import('../home/disk-place.ts')
  const home = await readSettings(new DiskPlace(globals.home))
  const { passphraseFile } = globals
  if (passphraseFile === undefined && home.storeCredentials !== true && home.passphraseFile === undefined)
    throw new HoldfastError(
      'LOCKED',
      'Nobody can be asked in the background: give --passphrase-file FILE, or run `holdfast config set unlock.storeCredentials true` first.'
    )
  const { install: installUnits, ownProgram, unitNames } = await import('../service/systemd.ts')
  const parts: UnitParts = { program: ownProgram(), home: globals.home, passphraseFile }
  if (onlyPrint) {
    const { serviceUnit } = await import('../service/unit.ts')
    const unit = serviceUnit(parts)
    return output.json ? output.event({ type: 'unit', unit }) : output.write(unit)
  }
  const names = unitNames(globals.home, defaultHome('holdfast'))
  const installed = await installUnits(parts, names, settings['startup.blockingErrors'])
  if (output.json) return output.event({ type: 'installed', ...installed })
  output.say(`${installed.unit} runs, and starts with every login from now on.`)
  if (installed.blocking !== null)
    output.say(`${installed.blocking} comes before your session while something is wrong.`)
  output.say('To have it run without a login too: loginctl enable-linger\nNext: holdfast service status')
}

async function waitForPerson(context: Context): Promise<void> {
  const { acknowledgement } = await import('../service/acknowledge.ts')
  const { doctor } = await import('./care-commands.ts')
  const over = new AbortController()
  const { given } = await acknowledgement(context.globals.home, AbortSignal.any([context.signal, over.signal]))
  try {
    await doctor(context)
    over.abort()
  } catch (error) {
    if (!isHoldfastError(error, 'NEEDS_YOU')) throw error
    const { output } = context
    if (output.json) await output.event({ type: 'waiting' })
    else output.say('Waiting until somebody has seen this: holdfast service acknowledge')
    await given
  } finally {
    over.abort()
  }
}
