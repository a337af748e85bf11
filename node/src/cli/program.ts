import { readFileSync } from 'node:fs'
import { App } from '../term/app.ts'
import { defineCareCommands } from './care-commands.ts'
import { defineConfigCommands } from './config-commands.ts'
import { defineFileCommands } from './file-commands.ts'
import { defineFolderCommands } from './folder-commands.ts'
import { defineHomeCommands } from './home-commands.ts'
import { definePeopleCommands } from './people-commands.ts'
import { definePeerCommands } from './peer-commands.ts'
import { defineServiceCommands } from './service-commands.ts'
import { defineShareCommands } from './share-commands.ts'
import { defineTalkCommands } from './talk-commands.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/**
 * The `holdfast` command: everything that can be typed. Only what parses the command line is loaded with it: what a command needs
 * beyond that, it loads when it runs.
 */
export function holdfast(): App {
  const app = new App({
    name: 'holdfast',
    description: 'An encrypted vault for files that every device of yours keeps, with or without a network.',
    version,
    unlocks: true
  })
  defineHomeCommands(app)
  defineFileCommands(app)
  defineFolderCommands(app)
  definePeerCommands(app)
  definePeopleCommands(app)
  defineShareCommands(app)
  defineTalkCommands(app)
  defineConfigCommands(app)
  defineCareCommands(app)
  defineServiceCommands(app)
  app.program.addHelpText(
    'after',
    `
To begin:
  holdfast init                      a vault on this device
  holdfast add ~/Documents           put files in
  holdfast folder add ~/Holdfast     or keep a folder in step
  holdfast pair                      let a second device in
  holdfast up                        stay connected
  holdfast COMMAND --help            more about one of them`
  )
  return app
}
