import { HoldfastError } from '@holdfast/core/base/errors'
import type { App } from '../term/app.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-share.ts'

const MEMBERS_SET = 'Say it so: `holdfast members PATH set NAME --role reader` (or writer, or owner).'

/** The commands that share folders with other people. */
export function defineShareCommands(app: App): void {
  const { program } = app

  app.on(
    program
      .command('share')
      .argument('<path>', 'a folder or a file of the vault')
      .requiredOption('--with <name>', 'a contact you have verified')
      .option('--read-only', 'they may read, not change')
      .option('--owner', 'they may let in and throw out others, too')
      .description('share a folder or file; they need not be online'),
    async (context, [path = ''], { with: name, readOnly = false, owner = false }) => {
      if (readOnly === true && owner === true)
        throw new HoldfastError('USAGE', '--read-only and --owner exclude each other')
      const role = owner === true ? 'owner' : readOnly === true ? 'reader' : 'writer'
      await runOperation(context, 'share', { path, with: name, role }, show.share)
    },
    { examples: ['holdfast share /docs --with Bert', 'holdfast share /docs/plan.md --with Bert --read-only'] }
  )
  app.on(
    program
      .command('unshare')
      .argument('<path>', 'something shared')
      .option('--with <name>', 'whom to take out; without it you leave yourself')
      .description('take somebody out of what is shared, or leave it'),
    (context, [path = ''], { with: name }) => runOperation(context, 'unshare', { path, with: name }, show.unshare),
    { examples: ['holdfast unshare /docs --with Bert', 'holdfast unshare /shared/docs'] }
  )
  app.on(
    program
      .command('members')
      .argument('<path>', 'something shared')
      .argument('[set]', 'the word set, to change what somebody may do')
      .argument('[name]', 'whose role')
      .option('--role <role>', 'reader, writer or owner')
      .description('who has access to something shared')
      .allowExcessArguments(), // the role is easily given behind the name
    async (context, [path = '', set, name, ...more], { role }) => {
      if (set === undefined) return runOperation(context, 'members', { path }, show.members)
      if (set !== 'set' || name === undefined || typeof role !== 'string' || more.length > 0)
        throw new HoldfastError('USAGE', MEMBERS_SET)
      await runOperation(context, 'members set', { path, name, role }, show.members)
    },
    { examples: ['holdfast members /docs', 'holdfast members /docs set Bert --role owner'] }
  )
  app.on(
    program.command('invites').description('what others want to share with you'),
    (context) => runOperation(context, 'invites', {}, show.invites),
    { examples: ['holdfast invites'] }
  )
  app.on(
    program
      .command('accept')
      .argument('<id>', 'of an invitation, or how it begins')
      .option(
        '--to <path>',
        'where it is to stand in the vault (default: /shared/NAME, of a conversation /conversations/NAME)'
      )
      .description('take what is offered'),
    (context, [id = ''], { to }) => runOperation(context, 'accept', { id, to }, show.answered),
    { examples: ['holdfast accept 3f2a9c1d', 'holdfast accept 3f2a9c1d --to /work/docs'] }
  )
  app.on(
    program
      .command('decline')
      .argument('<id>', 'of an invitation or a message request, or how it begins')
      .description('do not take it; nobody is told'),
    (context, [id = '']) => runOperation(context, 'decline', { id }, show.answered),
    { examples: ['holdfast decline 3f2a9c1d'] }
  )
}
