import { HoldfastError } from '@holdfast/core/base/errors'
import { printable } from '@holdfast/core/base/printable'
import { readFileText } from './file.ts'
import { checked, DEFAULTS, isKey, KEYS, typed, variableOf, type Key, type Settings, type Value } from './keys.ts'

export type Source = 'flag' | 'environment' | 'file' | 'default'

export interface Resolved {
  readonly settings: Settings
  /** Where each has its value from. */
  readonly sources: ReadonlyMap<Key, Source>
}

export interface Given {
  /** What the file says; undefined without one. */
  readonly file: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--set KEY=VALUE`, as typed. */
  readonly flags: readonly string[]
}

/** What is set: flags over environment over file over default. Throws BAD_SETTING. */
export function resolveSettings({ file, env, flags }: Given): Resolved {
  const values = new Map<Key, Value>()
  const sources = new Map<Key, Source>()
  const set = (key: Key, value: Value, source: Source): void => {
    values.set(key, value)
    sources.set(key, source)
  }
  for (const key of Object.keys(KEYS) as Key[]) set(key, DEFAULTS[key], 'default')
  for (const [key, value] of readFileText(file ?? '')) set(key, value, 'file')
  for (const key of Object.keys(KEYS) as Key[]) {
    const given = env[variableOf(key)]
    if (given !== undefined && given !== '') set(key, valueOf(key, given, variableOf(key)), 'environment')
  }
  for (const flag of flags) {
    const [key, given] = flagParts(flag)
    set(key, valueOf(key, given, `--set ${key}`), 'flag')
  }
  return { settings: Object.fromEntries(values) as unknown as Settings, sources }
}

/** Throws BAD_SETTING. `where` names the value for whoever gave it. */
export function valueOf(key: Key, given: string, where: string): Value {
  const result = checked(key, typed(key, given))
  if ('reason' in result) throw new HoldfastError('BAD_SETTING', `${where} ${result.reason}.`)
  return result.value
}

/** Throws BAD_SETTING for what is no key. */
export function keyOf(name: string): Key {
  if (isKey(name)) return name
  throw new HoldfastError(
    'BAD_SETTING',
    `There is no setting ${printable(name)}: see \`holdfast config\` for those that there are.`
  )
}

function flagParts(flag: string): [Key, string] {
  const equals = flag.indexOf('=')
  if (equals < 0) throw new HoldfastError('BAD_SETTING', '--set takes KEY=VALUE.')
  return [keyOf(flag.slice(0, equals)), flag.slice(equals + 1)]
}
