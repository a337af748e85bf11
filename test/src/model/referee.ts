import { isHoldfastError } from '@holdfast/core/base/errors'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import type { Node } from '@holdfast/core/log/graph'
import { State } from '@holdfast/core/log/state'
import { VaultLog } from '@holdfast/core/log/vault-log'
import { assertValid, assertWriterKnown, findPlace } from '@holdfast/core/log/verify'
import type { Fact } from './fact.ts'

/**
 * The product's judgement of entries on top of some others. A signed entry goes through VaultLog.verify; of one without
 * a signature all the same checks are made but that of the signature.
 */
export class Referee {
  readonly #facts: readonly Fact[]
  readonly #state: State
  #log: VaultLog | undefined

  /** `facts` in causal order, the genesis first. */
  constructor(facts: readonly Fact[]) {
    this.#facts = facts
    const { entry } = facts[0]!
    this.#state = new State(entry.vault, entry.header.genesis!)
    for (const fact of facts) this.take(fact.entry)
  }

  /** Null if the signed entry is good, else the code of its refusal. */
  async verify(entry: UnverifiedEntry): Promise<string | null> {
    this.#log ??= deliver(this.#facts)
    try {
      const verdict = await this.#log.verify(entry, { wanted: true })
      if (verdict.kind !== 'verified' && verdict.kind !== 'forked') throw new Error(`an entry that is ${verdict.kind}`)
    } catch (error) {
      return codeOf(error)
    }
    this.#log.forget(entry.hash)
    return null
  }

  /** The same without a look at the signature. */
  check(entry: UnverifiedEntry): string | null {
    const parents = this.#parentsOf(entry)
    try {
      assertWriterKnown(this.#state, entry, parents)
      assertValid(this.#state, entry, this.#state.graph.make(entry, parents))
    } catch (error) {
      return codeOf(error)
    }
    return null
  }

  /** The entry becomes part of what the next ones stand on. */
  take(entry: UnverifiedEntry): void {
    const { graph } = this.#state
    const node = graph.make(entry, entry.header.genesis === null ? this.#parentsOf(entry) : [])
    this.#state.stage(node)
    graph.admit(node)
  }

  #parentsOf(entry: UnverifiedEntry): readonly Node[] {
    const place = findPlace(this.#state, entry)
    if ('missing' in place) throw new Error('an entry before its past')
    return place.parents
  }
}

/** A log that read these from its store, in this order. */
export function deliver(facts: readonly Fact[]): VaultLog {
  const log = VaultLog.fromStored(facts[0]!.entry.bytes)
  for (const { entry } of facts.slice(1)) log.admit(log.trust(entry.bytes))
  return log
}

function codeOf(error: unknown): string {
  if (isHoldfastError(error)) return error.code
  throw error
}
