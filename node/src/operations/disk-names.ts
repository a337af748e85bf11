import { nameKey, withSuffix } from '@holdfast/core/index/names'
import { diskName } from '@holdfast/core/vault/conversation-names'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import { pathText } from '@holdfast/core/operations/failures'
import type { Found } from '@holdfast/core/operations/places'

/**
 * Names under which things are written to a disk: their own, but for conversations and what is in them, whose times lose
 * their `:` (conversation-names.ts). Where that makes two names one, the later one gets a number.
 */
export class DiskNames {
  private readonly engine: OpEngine
  private readonly given = new Map<string, string>()
  private readonly taken = new Map<string, string>()

  constructor(engine: OpEngine) {
    this.engine = engine
  }

  /** The names below the first `cut` ones of its path. */
  of({ path, vault }: Found, cut: number): readonly string[] {
    if (vault?.replica.log.genesis.kind !== 'conversation') return path.slice(cut)
    const mounted = this.engine.place(path).mountPath.length - 1
    const names: string[] = []
    for (let at = cut; at < path.length; at++)
      names.push(at < mounted ? path[at]! : this.give(path.slice(0, at + 1), names))
    return names
  }

  private give(path: readonly string[], above: readonly string[]): string {
    const whole = pathText(path)
    const known = this.given.get(whole)
    if (known !== undefined) return known
    const wanted = diskName(path.at(-1)!)
    let name = wanted
    for (let number = 2; (this.taken.get(keyOf(above, name)) ?? whole) !== whole; number++)
      name = withSuffix(wanted, ` (${number})`)
    this.taken.set(keyOf(above, name), whole)
    this.given.set(whole, name)
    return name
  }
}

function keyOf(above: readonly string[], name: string): string {
  return `${pathText(above)}/${nameKey(name)}`
}
