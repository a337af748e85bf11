import { examplesText, type App } from '../term/app.ts'
import { runOperation } from './run-operation.ts'
import * as show from './show-people.ts'
import { firstLineOfInput } from './stdin.ts'

/** The commands about other people. */
export function definePeopleCommands(app: App): void {
  const contact = app.program
    .command('contact')
    .helpCommand(false)
    .usage('[options] [command]')
    .description('your card for others, and the people you know')
    .addHelpText('after', examplesText(['holdfast contact', 'holdfast contact --name Anna']))
  app.on(
    contact
      .command('card', { isDefault: true })
      .option('--name <name>', 'what others see you as')
      .description('show this account’s card'),
    (context, _operands, { name }) => runOperation(context, 'contact', { name }, show.card),
    { examples: ['holdfast contact --name Anna'] }
  )
  app.on(
    contact
      .command('add')
      .argument('[card]', 'what `holdfast contact` shows the other person; - reads it from standard input')
      .option('--from-request <id>', 'in place of the card: whoever sent the message request of this id')
      .option('--verified', 'you have compared the twelve words, or scanned the card from their screen')
      .description('know somebody by their card'),
    async (context, [given], { verified = false, fromRequest: request }) => {
      const card = given === '-' ? await firstLineOfInput() : given
      await runOperation(context, 'contact add', { card, request, verified }, show.added)
    },
    { examples: ['holdfast contact add CARD', 'holdfast contact add CARD --verified'] }
  )
  app.on(
    contact.command('ls').description('list them'),
    (context) => runOperation(context, 'contact ls', {}, show.contacts),
    { examples: ['holdfast contact ls'] }
  )
  for (const [word, description] of [
    ['rm', 'forget somebody; what is shared with them stays shared'],
    ['block', 'keep apart what somebody sends'],
    ['unblock', 'take that back']
  ] as const) {
    app.on(
      contact.command(word).argument('<name>', 'their name, or the first digits of their id').description(description),
      (context, [name = '']) => runOperation(context, `contact ${word}`, { name }, show.changed),
      { examples: [`holdfast contact ${word} Bert`] }
    )
  }
}
