import { readFileSync } from 'node:fs'

/**
 * For tests: the fields of each event of each command, as docs/json.md tells them: name to whether it may be absent.
 * Those of `holdfast-relay` are under `relay serve` and so on.
 */
export type Documented = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, boolean>>>

export function readDocumented(): Documented {
  const commands = new Map<string, Map<string, Map<string, boolean>>>()
  let current: Map<string, Map<string, boolean>> | undefined
  for (const line of readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8').split('\n')) {
    const heading = /^## (?:`holdfast[ -]([a-z ]+)`|every command)$/.exec(line)
    if (heading !== null) {
      current = new Map()
      commands.set(heading[1] ?? '', current)
    }
    const row = /^\| `([a-z-]+)` \| (.*) \|$/.exec(line)
    if (row !== null) current?.set(row[1]!, fieldsIn(row[2]!))
  }
  return commands
}

/** How a line differs from what is told of it. */
export function unlike(documented: Documented, command: string, line: Readonly<Record<string, unknown>>): string[] {
  const type = String(line['type'])
  if (line['v'] !== 1) return ['no version']
  if (type === 'progress') return []
  const fields = documented.get(command)?.get(type) ?? documented.get('')?.get(type)
  if (fields === undefined) return [`${type} is not told`]
  const extra = Object.keys(line).filter((name) => name !== 'v' && name !== 'type' && !fields.has(name))
  const missing = [...fields].filter(([name, optional]) => !optional && !(name in line)).map(([name]) => name)
  return [...extra.map((name) => `${name} is not told`), ...missing.map((name) => `${name} is told and not there`)]
}

/** Names in backquotes, up to the colon; those within brackets belong to something inside. */
function fieldsIn(text: string): Map<string, boolean> {
  const own = text.replace(/\([^)]*\)/g, '').split(':')[0]!
  return new Map([...own.matchAll(/`([A-Za-z]+)(\?)?`/g)].map(([, name, optional]) => [name!, optional === '?']))
}
