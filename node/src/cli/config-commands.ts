import { isHoldfastError } from '@holdfast/core/base/errors'
import { examplesText, type App, type Context } from '../term/app.ts'
import { changeSetting, resolvedOf, settingsFile } from './settings.ts'
import { unlockFrom } from './unlock.ts'

/** The commands about what can be set (docs/settings.md). */
export function defineConfigCommands(app: App): void {
  const config = app.program
    .command('config')
    .helpCommand(false)
    .description('what is set for this home, and where that comes from')
    .addHelpText('after', examplesText(['holdfast config', 'holdfast config set limits.up 500']))
  app.on(
    config.command('ls', { isDefault: true }).description('list everything that can be set'),
    (context) => listSettings(context),
    { examples: ['holdfast config'] }
  )
  app.on(
    config.command('get').argument('<key>', 'what, as section.name').description('print one value'),
    (context, [name = '']) => listSettings(context, name),
    { examples: ['holdfast config get limits.up'] }
  )
  app.on(
    config
      .command('set')
      .argument('<key>', 'what, as section.name')
      .argument('<value...>', 'the value; of a list all of them')
      .description('write it into the file of this home; a running `holdfast up` reads it when it starts'),
    (context, [name = '', ...values]) => set(context, name, values.join(' ')),
    { examples: ['holdfast config set limits.up 500', 'holdfast config set connect.autoConnect false'] }
  )
  app.on(
    config.command('path').description('print where the file is, whether it is there or not'),
    async ({ globals, output }) => {
      const file = await settingsFile(globals.home)
      await (output.json ? output.event({ type: 'path', file }) : output.line(file))
    },
    { examples: ['holdfast config path'] }
  )
}

async function listSettings({ globals, output }: Context, only?: string): Promise<void> {
  const { keyOf } = await import('../config/resolve.ts')
  const one = only === undefined ? undefined : keyOf(only)
  const { settings, sources } = await resolvedOf(globals)
  for (const [key, source] of sources) {
    if (one !== undefined && key !== one) continue
    const value = settings[key]
    const text = one !== undefined && typeof value === 'string' ? value : JSON.stringify(value)
    if (output.json) await output.event({ type: 'setting', key, value, source })
    else await output.line(one === undefined ? `${key.padEnd(24)} ${text.padEnd(16)} ${source}` : text)
  }
}

async function set(context: Context, name: string, given: string): Promise<void> {
  const { globals, output } = context
  const { keyOf, valueOf } = await import('../config/resolve.ts')
  const key = keyOf(name)
  const value = valueOf(key, given, key)
  if (key === 'unlock.storeCredentials') await storeNow(context, value === true)
  const { file } = await changeSetting(globals.home, key, given)
  if (output.json) await output.event({ type: 'set', key, value, file })
  else
    output.say(
      `${key} is ${JSON.stringify(value)} now, in ${file}. A running \`holdfast up\` takes it when it is started again.`
    )
}

/** Before a home is there it holds for the one that will be made. */
async function storeNow(context: Context, isWanted: boolean): Promise<void> {
  const { storeCredentials } = await import('../home/credentials.ts')
  const { DiskPlace } = await import('../home/disk-place.ts')
  await storeCredentials(new DiskPlace(context.globals.home), isWanted, unlockFrom(context)).catch((error: unknown) => {
    if (!isHoldfastError(error, 'NO_HOME')) throw error
  })
}
