import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocumented } from '../term/documented.ts'
import type { Command } from '../term/args.ts'
import { holdfast } from './program.ts'

const app = holdfast()

test('the help of every command ends with an example of it, in 80 columns', () => {
  const commands = allBelow(app.program)
  assert.ok(commands.length >= 20)
  for (const command of commands) {
    const name = nameOf(command)
    const [, examples] = helpOf(command).split('\nFor example:\n')
    assert.ok(examples?.includes(name), name)
    for (const line of helpOf(command).split('\n')) assert.ok(line.length <= 80, line)
  }
})

test('docs/json.md tells what every command says to programs, and tells of no other', () => {
  const commands = allBelow(app.program).map((command) => nameOf(command).replace(/^holdfast /, ''))
  const told = [...readDocumented().keys()].filter((name) => name !== '' && !name.startsWith('relay '))
  const silent = new Set(['relay', 'recovery', 'service', 'folder', 'cat']) // groups; and one that says bytes
  assert.deepEqual(
    commands.filter((name) => !silent.has(name) && !readDocumented().has(name)),
    []
  )
  assert.deepEqual(
    told.filter((name) => !commands.includes(name)),
    []
  )
})

function allBelow(command: Command): Command[] {
  return command.commands.flatMap((below) => [below, ...allBelow(below)])
}

/** `devices ls` is what `devices` alone does, `conflicts ls` what `conflicts` does. */
function nameOf(command: Command): string {
  const names: string[] = []
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
  return names.join(' ').replace(/(devices|conflicts|config|conversations|trash) ls$|(contact) card$/, '$1$2')
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (piece) => void (text += piece), getOutHelpWidth: () => 80 })
  command.outputHelp()
  return text
}
