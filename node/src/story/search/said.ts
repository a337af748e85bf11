import type { JsonEvent } from '../process/child.ts'
import type { Expected } from './compare.ts'

/** What `add` and `get` said they left out or named otherwise, below a folder of the vault. */
export function saidBy(events: readonly JsonEvent[], below: string): Required<Expected> {
  const mayLack = new Set<string>()
  const renamed = new Map<string, string>()
  for (const { type, path, wanted } of events) {
    if (typeof path !== 'string') continue
    const at = path.slice(below.length + 1)
    if (type === 'link-outside' || type === 'failed' || type === 'left-out') mayLack.add(at)
    if (type === 'renamed') renamed.set(at, String(wanted))
  }
  return { mayLack, renamed }
}
