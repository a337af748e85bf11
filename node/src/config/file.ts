import { HoldfastError } from '@holdfast/core/base/errors'
import { printable } from '@holdfast/core/base/printable'
import { parse, stringify, TomlError } from 'smol-toml'
import { checked, isKey, type Key, type Value } from './keys.ts'

/** The name of the file in a home. */
export const FILE_NAME = 'config.toml'

export type FileValues = ReadonlyMap<Key, Value>

/** What a settings file says. Throws BAD_SETTING with the line and the reason. */
export function readFileText(text: string): FileValues {
  const values = new Map<Key, Value>()
  for (const [section, table] of Object.entries(parsed(text))) {
    if (!isTable(table)) throw bad(text, section, 'is a section, with what is set below it')
    for (const [name, value] of Object.entries(table)) {
      const key = `${section}.${name}`
      if (!isKey(key)) throw bad(text, key, 'is no setting: see `holdfast config` for those that there are')
      const result = checked(key, value)
      if ('reason' in result) throw bad(text, key, result.reason)
      values.set(key, result.value)
    }
  }
  return values
}

/**
 * The text with one thing set anew; every other line stays as it is, comments too. Throws BAD_SETTING when what is there
 * cannot be read, or is written in a way in which that one cannot be replaced.
 */
export function withSetting(text: string, key: Key, value: Value): string {
  const before = readFileText(text)
  const [section, name] = key.split('.') as [string, string]
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const at = linesOf(text)
  const known = at.get(key)
  const header = at.get(section)
  const written = `${name} = ${literal(value)}`
  if (known !== undefined) lines[known] = replaced(lines[known]!, value)
  else if (header !== undefined) lines.splice(header + 1, 0, written)
  else lines.push(...(lines.length > 0 ? [''] : []), `[${section}]`, written)
  const next = `${lines.join('\n')}\n`
  assertOnlyThat(before, next, key, value, text)
  return next
}

/** Where each section and each setting begins, counted from 0: of what is written one to a line, which is all that we write. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  let section = ''
  for (const [i, line] of text.split('\n').entries()) {
    const header = /^\s*\[\s*([A-Za-z]+)\s*\]/.exec(line)?.[1]
    const name = /^\s*([A-Za-z][A-Za-z0-9_.-]*)\s*=/.exec(line)?.[1]
    if (header !== undefined) section = header
    const key = header ?? (name === undefined ? undefined : section === '' ? name : `${section}.${name}`)
    if (key !== undefined && !found.has(key)) found.set(key, i)
  }
  return found
}

/** The line with another value; what stands behind the old one (a comment) stays. */
function replaced(line: string, value: Value): string {
  const equals = line.indexOf('=')
  const hashes = [...line.matchAll(/#/g)].map(({ index }) => index).filter((index) => index > equals)
  const end = hashes.find((index) => parses(`x =${line.slice(equals + 1, index)}`)) ?? line.length
  const comment = line.slice(end)
  return `${line.slice(0, equals)}= ${literal(value)}${comment === '' ? '' : ` ${comment}`}`
}

/** Editing text by line is a guess at how it was written: the result is read again before anybody sees it. */
function assertOnlyThat(before: FileValues, next: string, key: Key, value: Value, text: string): void {
  let after: FileValues | undefined
  try {
    after = readFileText(next)
  } catch {
    after = undefined
  }
  const wanted = new Map(before).set(key, value)
  const same = after !== undefined && JSON.stringify(sorted(after)) === JSON.stringify(sorted(wanted))
  if (!same) throw bad(text, key, 'is written there over several lines: change it by hand')
}

function sorted(values: FileValues): [Key, Value][] {
  return [...values].sort(([one], [other]) => (one < other ? -1 : 1))
}

function parsed(text: string): Record<string, unknown> {
  try {
    return parse(text, { maxDepth: 8, unsafeKeyBehaviour: 'throw' }) as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
    throw new HoldfastError('BAD_SETTING', `${FILE_NAME}, line ${error.line}: ${printable(reason)}.`)
  }
}

function parses(line: string): boolean {
  try {
    parse(line)
    return true
  } catch {
    return false
  }
}

function literal(value: Value): string {
  return stringify({ x: value as string })
    .trim()
    .replace(/^x = /, '')
}

function bad(text: string, key: string, reason: string): HoldfastError {
  const at = linesOf(text)
  const line = at.get(key) ?? at.get(key.split('.')[0]!)
  const where = line === undefined ? FILE_NAME : `${FILE_NAME}, line ${line + 1}`
  return new HoldfastError('BAD_SETTING', `${where}: ${printable(key)} ${reason}.`)
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
