import { HoldfastError } from '@holdfast/core/base/errors'
import { examplesText, type App } from '../term/app.ts'
import { collect } from '../term/args.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-talk.ts'

/** The commands by which people talk to each other. */
export function defineTalkCommands(app: App): void {
  const { program } = app

  app.on(
    program
      .command('say')
      .argument('<to>', 'a contact, or a conversation by its title or path')
      .argument('<text...>', 'what to say; - reads it from standard input')
      .option('--attach <path>', 'a file of the vault; repeatable', collect)
      .description('write to somebody, whether they are there or not'),
    async (context, [to = '', ...words], { attach }) => {
      const stdin = words.length === 1 && words[0] === '-'
      if (words.length === 0) throw new HoldfastError('USAGE', 'a message needs some text')
      await runOperation(context, 'say', { to, attach, ...(stdin ? { stdin } : { text: words.join(' ') }) }, show.say)
    },
    { examples: ['holdfast say Bert "Dinner at eight?"', 'holdfast say Bert "The plan" --attach /documents/plan.pdf'] }
  )

  app.on(
    program
      .command('inbox')
      .option('--follow', 'stay, and show messages as they come')
      .description('show what others have said since you last looked on this device'),
    (context, _operands, { follow = false }) => runOperation(context, 'inbox', { follow }, show.inbox),
    { examples: ['holdfast inbox', 'holdfast inbox --follow'] }
  )

  const conversations = program
    .command('conversations')
    .helpCommand(false)
    .usage('[options] [command]')
    .description('who you talk with')
    .addHelpText('after', examplesText(['holdfast conversations', 'holdfast conversations show Bert']))
  app.on(
    conversations.command('ls', { isDefault: true }).description('list them, the newest last'),
    (context) => runOperation(context, 'conversations', {}, show.conversations),
    { examples: ['holdfast conversations'] }
  )
  app.on(
    conversations
      .command('show')
      .argument('<conversation>', 'a contact, or a conversation by its title or path')
      .option('-n, --last <number>', 'so many messages', '20')
      .option('--before <message>', 'those before the message of this name')
      .description('show the end of a conversation'),
    (context, [conversation], { last, before }) =>
      runOperation(context, 'conversations show', { conversation, last, before }, show.conversation),
    { examples: ['holdfast conversations show Bert -n 50'] }
  )
}
