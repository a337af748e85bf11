import { resolve } from 'node:path'
import { examplesText, type App, type Context } from '../term/app.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-folder.ts'

/** The commands for folders of this machine that are kept in step with the vault. */
export function defineFolderCommands(app: App): void {
  const { program } = app
  const folder = program
    .command('folder')
    .helpCommand(false)
    .description('folders of this machine that are kept in step with the vault')
    .addHelpText('after', examplesText(['holdfast folder add ~/Documents --to /documents', 'holdfast folder ls']))
  app.on(
    folder
      .command('add')
      .argument('[dir]', 'a folder of this machine; without one what the settings name')
      .option('--to <path>', 'the folder of the vault, also a shared one; without it the whole vault')
      .description('keep a folder in step from now on; nothing in it is deleted'),
    async (context, [dir], { to }) => {
      const path = dir === undefined ? await folderOfSettings(context) : resolve(dir)
      await runOperation(context, 'folder add', { path, to }, show.folderAdded)
    },
    { examples: ['holdfast folder add ~/Holdfast', 'holdfast folder add ~/Documents --to /documents'] }
  )
  app.on(
    folder.command('ls').description('list them and how they stand'),
    (context) => runOperation(context, 'folder ls', {}, show.folders),
    { examples: ['holdfast folder ls'] }
  )
  app.on(
    folder
      .command('rm')
      .argument('<dir>', 'a folder of this machine')
      .description('keep it in step no more; what is in it stays'),
    (context, [dir = '.']) => runOperation(context, 'folder rm', { path: resolve(dir) }, show.folderRemoved),
    { examples: ['holdfast folder rm ~/Documents'] }
  )

  const trash = program
    .command('trash')
    .helpCommand(false)
    .description('what sync took from the folders of this machine')
    .addHelpText('after', examplesText(['holdfast trash', 'holdfast trash restore ~/Holdfast/plan.txt']))
  app.on(
    trash.command('ls', { isDefault: true }).description('list it, the latest first'),
    (context) => runOperation(context, 'trash', {}, show.trash),
    { examples: ['holdfast trash ls'] }
  )
  app.on(
    trash
      .command('restore')
      .argument('<path>', 'where it stood on this machine')
      .description('put it back to where it stood'),
    (context, [path = '']) => runOperation(context, 'trash restore', { path: resolve(path) }, show.trash),
    { examples: ['holdfast trash restore ~/Holdfast/plan.txt'] }
  )
  app.on(
    trash
      .command('empty')
      .argument('[path]', 'only what stood there, or below it, on this machine')
      .option('-f, --force', 'do not ask')
      .description('delete it for good'),
    (context, [path], { force = false }) =>
      runOperation(
        context,
        'trash empty',
        { force, ...(path === undefined ? {} : { path: resolve(path) }) },
        show.trashEmptied
      ),
    { examples: ['holdfast trash empty', 'holdfast trash empty ~/Holdfast/secret.txt'] }
  )
}

async function folderOfSettings(context: Context): Promise<string> {
  const { homedir } = await import('node:os')
  const { settingsOf } = await import('./settings.ts')
  const path = (await settingsOf(context.globals))['folder.path']
  return resolve(path.replace(/^~(?=\/|$)/, homedir()))
}
