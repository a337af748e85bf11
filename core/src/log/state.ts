import type { VaultId } from '../base/ids.ts'
import { Epochs } from './epochs.ts'
import { Forks } from './forks.ts'
import type { Genesis } from './genesis.ts'
import { Graph } from './graph.ts'
import type { Node } from './graph.ts'
import { Standings } from './standing.ts'

/** What is remembered of the verified entries of one vault, kept in step by `stage` and `forget`. */
export class State {
  readonly vault: VaultId
  readonly genesis: Genesis
  readonly graph = new Graph()
  readonly standings = new Standings()
  readonly forks = new Forks(this.graph)
  readonly epochs = new Epochs()

  constructor(vault: VaultId, genesis: Genesis) {
    this.vault = vault
    this.genesis = genesis
  }

  stage(node: Node): void {
    this.graph.stage(node)
    this.standings.add(node)
    this.forks.add(node)
    this.epochs.add(node)
  }

  forget(node: Node): void {
    const before = [...this.graph.staged]
    this.graph.forget(node)
    for (const gone of before) {
      if (this.graph.staged.has(gone)) continue
      this.standings.forget(gone)
      this.forks.forget(gone)
      this.epochs.forget(gone)
    }
  }
}
