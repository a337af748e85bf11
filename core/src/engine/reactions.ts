import { isHoldfastError } from '../base/errors.ts'
import type { VaultId } from '../base/ids.ts'
import type { Problem, ReplicaEvent } from '../sync/replica/replica.ts'
import type { Contact } from '../vault/pairing-messages.ts'
import { isPropagationDue, propagateAccountStatements } from './account/devices.ts'
import type { Engine } from './engine.ts'
import type { Naming } from './naming.ts'
import type { Rewriter } from './rewriter.ts'
import type { Vaults } from './vaults.ts'

interface Parts {
  readonly opened: Vaults
  readonly rewriter: Rewriter
  readonly naming: Naming
  /** Tells whoever watches the engine. */
  readonly changed: () => void
}

const PROBLEMS_KEPT = 50

/** What an engine does about what happens in its replica: who hears of it, and what is to be written or remembered then. */
export class Reactions {
  /** What has gone wrong since the start, the latest last. */
  problems: readonly Problem[] = []
  private readonly engine: Engine
  private readonly parts: Parts
  private propagates = false

  constructor(engine: Engine, parts: Parts) {
    this.engine = engine
    this.parts = parts
  }

  follow(event: ReplicaEvent): void {
    const { opened, rewriter, changed } = this.parts
    if (event.kind === 'admitted') {
      opened.admitted(event)
      if (event.from !== null) rewriter.arrived()
      if (event.admission.membershipChanged) {
        this.keepTargets()
        rewriter.behind(() => this.rememberRelays())
      }
      if (event.admission.membershipChanged || isPropagationDue(this.engine)) this.propagateSoon()
      if (event.from !== null) this.nameLater(event.vault.id)
    }
    if (event.kind === 'problem') this.note(event)
    if (event.kind === 'rolledBack') rewriter.rolledBack()
    if (event.kind === 'admitted' || event.kind === 'problem') changed()
  }

  /** Vaults came or went. */
  mountsChanged(): void {
    this.propagateSoon()
    this.keepTargets()
    this.parts.changed()
  }

  note(problem: Problem): void {
    this.problems = [...this.problems.slice(1 - PROBLEMS_KEPT), problem]
  }

  /** For what nobody waits for: throws on what is no error of ours. */
  failed(error: unknown): void {
    if (!isHoldfastError(error)) throw error
    this.engine.home.replica.problem({ vault: null, peer: null, code: error.code })
  }

  private keepTargets(): void {
    if (this.engine.isOnline) this.engine.network.keep(this.engine.targets())
  }

  /** Every vault hears what the account says of its devices. */
  private propagateSoon(): void {
    if (this.propagates) return
    this.propagates = true
    this.parts.rewriter.behind(() => {
      this.propagates = false
      return propagateAccountStatements(this.engine)
    })
  }

  /** A vault that was joined may be written to once it has caught up. */
  private nameLater(id: VaultId): void {
    const { engine, parts } = this
    const vault = engine.vaultOf(id)
    if (vault !== undefined && parts.naming.isDueIn(vault)) parts.rewriter.behind(() => parts.naming.tell([vault]))
  }

  /** Should the log that names them be damaged, they are the ones to ask for it. */
  private async rememberRelays(): Promise<void> {
    const { home } = this.engine
    const relays = this.engine.relays().map(({ peer, addresses }) => ({ peer, addresses }))
    if (relays.length === 0 || same(relays, home.state.introduced)) return
    await home.setState({ ...home.state, introduced: relays })
  }
}

function same(one: readonly Contact[], other: readonly Contact[]): boolean {
  const text = (contacts: readonly Contact[]): string =>
    JSON.stringify(contacts.map(({ peer, addresses }) => [peer, addresses]))
  return text(one) === text(other)
}
