import { resolve } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import { examplesText, type App } from '../term/app.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-files.ts'

/** The commands that work on files. What they do is in operations/; here is how they are called. */
export function defineFileCommands(app: App): void {
  const { program } = app

  app.on(
    program
      .command('add')
      .argument('<path...>', 'files and folders of this machine, or - for standard input')
      .option(
        '--to <folder>',
        'where to; with one folder, its contents become the contents of FOLDER. With -, the file itself'
      )
      .description('put files in'),
    async (context, paths, { to }) => {
      const stdin = paths.includes('-')
      if (stdin && paths.length > 1) throw new HoldfastError('USAGE', 'standard input is added alone')
      const args = stdin ? { stdin: true, to } : { paths: paths.map((path) => resolve(path)), to }
      await runOperation(context, 'add', args, show.add)
    },
    { examples: ['holdfast add ~/Documents --to /documents', 'tar c photos | holdfast add - --to /backup/photos.tar'] }
  )

  app.on(
    program
      .command('ls')
      .argument('[path]', 'folder or file of the vault', '/')
      .option('-l, --long', 'size, time, and where the bytes are')
      .option('-R, --recursive', 'with everything below')
      .description('list files, from the index alone'),
    (context, [path = '/'], { long = false, recursive = false }) =>
      runOperation(context, 'ls', { path, long, recursive }, show.list(path, long === true, recursive === true)),
    { examples: ['holdfast ls /documents -l'] }
  )

  app.on(
    program
      .command('get')
      .argument('<path...>', 'files and folders of the vault')
      .option('-o, --out <dir>', 'where to; of one folder, the contents become the contents of DIR')
      .description('write files to this machine'),
    (context, paths, { out }) => {
      const args = { paths, out: resolve(typeof out === 'string' ? out : '.'), contents: out !== undefined }
      return runOperation(context, 'get', args, show.get)
    },
    { examples: ['holdfast get /documents -o ~/restored'] }
  )

  app.on(
    program
      .command('cat')
      .argument('<path...>', 'files of the vault')
      .option('--range <a-b>', 'only bytes A to B (both included), A- to the end, or -N for the last N')
      .description('print content; what is not here is fetched as it is printed'),
    (context, paths, { range }) => runOperation(context, 'cat', { paths, range }, show.nothing),
    { raw: true, examples: ['holdfast cat /documents/letter.txt', 'holdfast cat /films/holiday.mp4 --range 0-1023'] }
  )

  app.on(
    program
      .command('mkdir')
      .argument('<path...>', 'folders of the vault')
      .description('make folders, with those above them'),
    (context, paths) => runOperation(context, 'mkdir', { paths }, show.change),
    { examples: ['holdfast mkdir /documents/2026'] }
  )

  app.on(
    program
      .command('mv')
      .usage('[options] <path...> <to>')
      .argument('<path...>', 'files and folders; the last one is the folder to move into, or the new name')
      .description('move or rename'),
    async (context, operands) => {
      if (operands.length < 2) throw new HoldfastError('USAGE', 'name what to move, and where to')
      await runOperation(context, 'mv', { from: operands.slice(0, -1), to: operands.at(-1) }, show.change)
    },
    { examples: ['holdfast mv /documents/letter.txt /documents/2026'] }
  )

  app.on(
    program
      .command('rm')
      .argument('<path...>', 'files and folders')
      .option('--shred', 'destroy keys and bytes of every version, on every device and relay; cannot be undone')
      .option('-f, --force', 'do not ask')
      .option('-n, --dry-run', 'only say what would be removed')
      .description('remove; restore brings it back, unless it was shredded'),
    (context, paths, { shred = false, force = false, dryRun = false }) =>
      runOperation(context, 'rm', { paths, shred, force, dryRun }, show.change),
    { examples: ['holdfast rm /documents/old.txt', 'holdfast rm --shred /documents/secret.txt'] }
  )

  app.on(
    program
      .command('restore')
      .argument('<path>', 'what was removed, or PATH@VERSION for an earlier version')
      .description('bring back what was removed or changed'),
    (context, [target]) => runOperation(context, 'restore', { target }, show.change),
    { examples: ['holdfast restore /documents/old.txt', 'holdfast restore /documents/letter.txt@3f2a91c0'] }
  )

  app.on(
    program.command('history').argument('<path>', 'file of the vault').description('list the versions of a file'),
    (context, [path]) => runOperation(context, 'history', { path }, show.history),
    { examples: ['holdfast history /documents/letter.txt'] }
  )

  app.on(
    program.command('deleted').description('list what was removed and can be brought back'),
    (context) => runOperation(context, 'deleted', {}, show.deleted),
    { examples: ['holdfast deleted'] }
  )

  const conflicts = program
    .command('conflicts')
    .helpCommand(false)
    .description('files that two devices changed at the same time; both contents are kept')
    .addHelpText('after', examplesText(['holdfast conflicts', 'holdfast conflicts resolve /plan.txt --keep mine']))
  app.on(
    conflicts.command('ls', { isDefault: true }).description('list them'),
    (context) => runOperation(context, 'conflicts', {}, show.conflicts),
    { examples: ['holdfast conflicts'] }
  )
  app.on(
    conflicts
      .command('resolve')
      .argument('<path>', 'file of the vault')
      .requiredOption('--keep <which>', 'mine (written on this device), theirs, both, or the first digits of a version')
      .description('settle one: with both as files, or with one while the other stays among the versions'),
    (context, [path], { keep }) => runOperation(context, 'conflicts resolve', { path, keep }, show.conflicts),
    {
      examples: [
        'holdfast conflicts resolve /plan.txt --keep both',
        'holdfast conflicts resolve /plan.txt --keep 3f2a91c0'
      ]
    }
  )
}
