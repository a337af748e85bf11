import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { StatementNumber } from '../replica/heads.ts'
import type { WireStatement } from '../wire/messages.ts'
import { raise } from './peer-holdings.ts'
import type { VaultView } from './sync-view.ts'

/** Which head statements of one vault one peer is known to have, and so which to send it. */
export class StatementOffer {
  readonly #view: VaultView
  readonly #peerNumbers = new Map<DeviceId, number>()

  constructor(view: VaultView) {
    this.#view = view
  }

  get size(): number {
    return this.#peerNumbers.size
  }

  peerHas(numbers: readonly StatementNumber[]): void {
    for (const { device, number } of numbers) raise(this.#peerNumbers, device, number)
  }

  /** Those it lacks, in messages' worth; from now on it is taken to have them. */
  news(): WireStatement[][] {
    const news = this.#view.numbers().filter(({ device, number }) => number > (this.#peerNumbers.get(device) ?? -1))
    this.peerHas(news)
    const lots: WireStatement[][] = []
    for (let at = 0; at < news.length; at += LIMITS.statementsPerEntry) {
      const lot = news.slice(at, at + LIMITS.statementsPerEntry)
      lots.push(lot.map(({ device }) => this.#view.statement(device)).filter((statement) => statement !== undefined))
    }
    return lots.filter(({ length }) => length > 0)
  }
}
