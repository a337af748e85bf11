import { HoldfastError } from '@holdfast/core/base/errors'
import ignore from 'ignore'
import type { Ignore } from 'ignore'

/** Rules come from others, too, and each is tried on every file. */
const MOST_RULES = 500
const MOST_RULE_CHARS = 1024
/** Each further one in a rule multiplies the time it takes for a path by the depth of that. */
const MOST_DEEP = 2

/** What `.holdfastignore` files say, with the rules of git: those of a folder count for all below it, deeper ones last. */
export class IgnoreRules {
  readonly #rules = new Map<string, { readonly text: string; readonly rules: Ignore }>()

  /** `folder` is relative to the root, empty for it. Folders come before those in them. Throws IGNORE_RULES. */
  set(folder: string, text: string | undefined): void {
    const key = folder === '' ? '' : `${folder}/`
    if (this.#rules.get(key)?.text === text) return
    if (text === undefined) this.#rules.delete(key)
    else {
      assertBounded(text)
      this.#rules.set(key, { text, rules: ignore({ allowRelativePaths: true }).add(text) })
    }
  }

  isSame(other: IgnoreRules): boolean {
    return (
      this.#rules.size === other.#rules.size &&
      [...this.#rules].every(([key, { text }]) => other.#rules.get(key)?.text === text)
    )
  }

  /** Of what lies in no ignored folder. */
  isIgnored(path: string, isFolder: boolean): boolean {
    let isIgnored = false
    for (const [folder, { rules }] of this.#rules) {
      if (!path.startsWith(folder)) continue
      const { ignored, unignored } = rules.test(path.slice(folder.length) + (isFolder ? '/' : ''))
      isIgnored = ignored || (isIgnored && !unignored)
    }
    return isIgnored
  }

  /** Of any path: it or a folder it lies in. */
  covers(path: string, isFolder: boolean): boolean {
    if (this.#rules.size === 0) return false
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1))
      if (this.isIgnored(path.slice(0, cut), true)) return true
    return this.isIgnored(path, isFolder)
  }
}

function assertBounded(text: string): void {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  const isTooMuch = (line: string): boolean => line.length > MOST_RULE_CHARS || line.split('**/').length > MOST_DEEP + 1
  if (lines.length > MOST_RULES || lines.some(isTooMuch)) throw new HoldfastError('IGNORE_RULES')
}
