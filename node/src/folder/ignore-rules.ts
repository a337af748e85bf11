import ignore from 'ignore'
import type { Ignore } from 'ignore'

/** What `.holdfastignore` files say, with the rules of git: those of a folder count for all below it, deeper ones last. */
export class IgnoreRules {
  readonly #rules: { readonly folder: string; readonly rules: Ignore }[] = []

  get isUsed(): boolean {
    return this.#rules.length > 0
  }

  /** `folder` is relative to the root, empty for it. Folders come before those in them. */
  add(folder: string, text: string): void {
    this.#rules.push({
      folder: folder === '' ? '' : `${folder}/`,
      rules: ignore({ allowRelativePaths: true }).add(text)
    })
  }

  /** Of what lies in no ignored folder. */
  isIgnored(path: string, isFolder: boolean): boolean {
    let isIgnored = false
    for (const { folder, rules } of this.#rules) {
      if (!path.startsWith(folder)) continue
      const { ignored, unignored } = rules.test(path.slice(folder.length) + (isFolder ? '/' : ''))
      isIgnored = ignored || (isIgnored && !unignored)
    }
    return isIgnored
  }

  /** Of any path: it or a folder it lies in. */
  covers(path: string, isFolder: boolean): boolean {
    if (this.#rules.length === 0) return false
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1))
      if (this.isIgnored(path.slice(0, cut), true)) return true
    return this.isIgnored(path, isFolder)
  }
}
