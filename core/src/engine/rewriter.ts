import { isHoldfastError } from '../base/errors.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { newIncarnation } from '../vault/account.ts'
import { writeClear } from '../vault/author.ts'
import type { Author } from '../vault/author.ts'
import type { Vault } from '../vault/vault.ts'
import type { Home } from '../home/home.ts'

interface RewriterOptions {
  readonly home: Pick<Home, 'random' | 'replica' | 'setState' | 'state'>
  readonly vault: Vault
  /** Further vaults that have something to be written again, known once the personal one has everything. */
  readonly others?: () => Promise<readonly Vault[]>
  readonly accountVault: VaultReplica
  readonly author: Author
}

/** When the storage of this home was rolled back: it goes on in another incarnation, and writes again what nobody had heard of. */
export class Rewriter {
  private readonly o: RewriterOptions
  private running: Promise<void> = Promise.resolve()
  private hasFailed = false

  constructor(options: RewriterOptions) {
    this.o = options
  }

  /** A stop came between taking entries back and writing them again: in a new incarnation, since peers may hold others of the old one. */
  async resume(): Promise<void> {
    const { vault, accountVault, others } = this.o
    const left = [...(await accountVault.withdrawn()), ...(await vault.replica.withdrawn())]
    if (left.length > 0 || ((await others?.()) ?? []).length > 0 || (await this.o.home.replica.incarnationIsDue()))
      this.rolledBack()
    await this.settled()
  }

  rolledBack(): void {
    this.run(() => this.reincarnate())
  }

  /** What could not be written before (a key had not come) may be possible now. */
  arrived(): void {
    if (this.hasFailed) this.run(() => this.writeAgain())
  }

  /** For other changes of the home's state: none may undo that of the incarnation. A failure is told to nobody. */
  behind(work: () => Promise<void>): void {
    this.running = this.running.then(work).catch(() => undefined)
  }

  async settled(): Promise<void> {
    for (let before: unknown; before !== this.running; ) {
      before = this.running
      await before
    }
  }

  private run(work: () => Promise<void>): void {
    this.hasFailed = false
    this.running = this.running.then(work).catch((error: unknown) => {
      this.hasFailed = true
      this.o.home.replica.problem({ vault: null, peer: null, code: isHoldfastError(error) ? error.code : 'INTERNAL' })
    })
  }

  private async reincarnate(): Promise<void> {
    const { home } = this.o
    const incarnation = newIncarnation(home.random)
    await home.setState({ ...home.state, incarnation })
    await home.replica.setIncarnation(incarnation)
    await this.writeAgain()
  }

  private async writeAgain(): Promise<void> {
    const { vault, accountVault, author, others } = this.o
    for (const { entry } of await accountVault.withdrawn()) {
      if (entry.body?.kind === 'statement') await writeClear(accountVault, author, entry.body)
    }
    await accountVault.forgetWithdrawn()
    if ((await vault.replica.withdrawn()).length > 0) await vault.rewrite()
    for (const other of (await others?.()) ?? []) await other.rewrite()
  }
}
