import * as v from 'valibot'

/** What can be set, in the order of the file. docs/settings.md tells each of them; a test holds the two together. */
export const KEYS = {
  'folder.path': key(text('a folder of this computer'), '~/Holdfast'),
  'connect.autoConnect': key(truth, true),
  'connect.syncPoll': key(whole(0, 86_400, 'seconds'), 60),
  'connect.relays': key(addresses, []),
  'connect.discover': key(truth, true),
  'connect.throughRelays': key(truth, true),
  'unlock.storeCredentials': key(truth, false),
  'update.check': key(never, false),
  'update.install': key(never, false),
  'startup.showErrors': key(truth, true),
  'startup.showWarnings': key(truth, true),
  'startup.blockingErrors': key(truth, false),
  'startup.silent': key(truth, false),
  'limits.up': key(whole(0, 100_000_000, 'KiB a second'), 0),
  'limits.down': key(whole(0, 100_000_000, 'KiB a second'), 0),
  'keep.localCopies': key(oneOf(['untilPinned', 'always']), 'untilPinned'),
  'keep.versions': key(whole(1, 100_000), 10),
  'keep.days': key(whole(0, 36_500, 'days'), 30),
  'keep.trashDays': key(whole(0, 36_500, 'days'), 30),
  'scan.interval': key(whole(0, 604_800, 'seconds'), 3600)
} as const

export type Key = keyof typeof KEYS

/** What is set, by `section.name`. Numbers are in the unit that docs/settings.md names. */
export type Settings = { readonly [K in Key]: v.InferOutput<(typeof KEYS)[K]['schema']> }

export type Value = Settings[Key]

export const DEFAULTS = Object.fromEntries(
  Object.entries(KEYS).map(([name, { fallback }]) => [name, fallback])
) as unknown as Settings

export function isKey(name: string): name is Key {
  return Object.hasOwn(KEYS, name)
}

/** The value, if it is one of this key; else why it is not, as the rest of a sentence that begins with the key. */
export function checked(name: Key, value: unknown): { readonly value: Value } | { readonly reason: string } {
  const result = v.safeParse(KEYS[name].schema as v.GenericSchema<unknown, Value>, value)
  return result.success ? { value: result.output } : { reason: result.issues[0].message }
}

/** A value as a person types it on a command line or in the environment; lists have commas or spaces between. */
export function typed(name: Key, given: string): unknown {
  const fallback: Value = KEYS[name].fallback
  if (Array.isArray(fallback)) return given.split(/[\s,]+/).filter((one) => one !== '')
  if (typeof fallback === 'boolean') return TRUTHS.get(given.toLowerCase()) ?? given
  if (typeof fallback === 'number') return /^\d+$/.test(given) ? Number(given) : given
  return given
}

/** `connect.autoConnect` is HOLDFAST_CONNECT_AUTO_CONNECT. */
export function variableOf(name: Key): string {
  return `HOLDFAST_${name.replace('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase()
}

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false]
])

function key<S extends v.GenericSchema, F extends v.InferOutput<S>>(
  schema: S | (() => S),
  fallback: F
): { readonly schema: S; readonly fallback: v.InferOutput<S> } {
  return { schema: typeof schema === 'function' && !('kind' in schema) ? schema() : (schema as S), fallback }
}

function truth(): v.GenericSchema<boolean> {
  return v.boolean('is true or false')
}

/** There is no place yet where versions of this program are told: a switch that does nothing would be a lie. */
function never(): v.GenericSchema<boolean> {
  return v.pipe(
    v.boolean('is true or false'),
    v.check((value) => !value, 'can only be false: there is nowhere yet to look for another version')
  )
}

function whole(least: number, most: number, unit = ''): v.GenericSchema<number> {
  const said = `is a whole number from ${least} to ${most}${unit === '' ? '' : ` (${unit})`}`
  return v.pipe(v.number(said), v.integer(said), v.minValue(least, said), v.maxValue(most, said))
}

function text(what: string): v.GenericSchema<string> {
  const said = `is ${what}`
  return v.pipe(
    v.string(said),
    v.check((value) => value !== '' && !value.includes('\0'), said)
  )
}

function oneOf<const T extends string>(options: readonly T[]): v.GenericSchema<T> {
  return v.picklist(options, `is one of ${options.map((one) => `"${one}"`).join(', ')}`) as v.GenericSchema<T>
}

function addresses(): v.GenericSchema<readonly string[]> {
  const said = 'is a list of addresses of relays, each as "/ip4/192.168.1.5/tcp/4257/p2p/12D3..."'
  return v.pipe(
    v.array(v.pipe(v.string(said), v.regex(/^\/.+\/p2p\/[1-9A-HJ-NP-Za-km-z]+$/, said)), said),
    v.maxLength(64, said)
  )
}
