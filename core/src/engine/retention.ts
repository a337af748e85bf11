import { isHoldfastError } from '../base/errors.ts'
import type { VaultId } from '../base/ids.ts'
import { isDamage } from '../log/mend-log.ts'
import type { ReplicaEvent } from '../sync/replica/replica.ts'
import { tellPolicy, toldPolicy, widest } from '../vault/keep-policy.ts'
import type { KeepPolicy } from '../vault/keep-policy.ts'
import { RetentionDays } from '../vault/retention-days.ts'
import type { Vault } from '../vault/vault.ts'
import type { Home } from '../home/home.ts'
import { every } from './later.ts'
import type { Cancel } from './later.ts'

export interface RetentionPlace {
  readonly home: Pick<Home, 'kv' | 'replica' | 'secrets' | 'wait'>
  vaults(): readonly Vault[]
}

/**
 * What an open home does about versions: what somebody gave up and a living file names is pinned again at once, and of what was
 * replaced or removed and need not be kept any more a part is given up each day. What one member's device wants kept is kept.
 */
export class Retention {
  readonly #place: RetentionPlace
  readonly #keep: KeepPolicy | undefined
  readonly #days = new Map<VaultId, RetentionDays>()
  /** Of this home's days: the last one whose part was given up, and what lives pinned again. */
  readonly #done = new Map<VaultId, number>()
  readonly #ends: Cancel[]
  #running: Promise<void> = Promise.resolve()

  /** `keep`: what this device wants kept. Without it nothing is ever given up here: what lives is only pinned again. */
  constructor(place: RetentionPlace, keep?: KeepPolicy) {
    this.#place = place
    this.#keep = keep
    const { replica, wait } = place.home
    // What this device wants kept is told before the others next give something up.
    if (keep !== undefined) void this.look()
    this.#ends = [replica.watch((event) => this.#follow(event)), every(wait, LOOK_MS, () => void this.look())]
  }

  /** One turn of everything. What fails in one vault is tried again the next time. */
  look(): Promise<void> {
    return this.#run(async () => {
      for (const vault of this.#place.vaults()) await this.#lookAt(vault)
    })
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) end()
    await this.#running
  }

  #follow(event: ReplicaEvent): void {
    if (event.kind !== 'admitted' || event.from === null) return
    const { log, id } = event.vault
    const unpins = event.admission.newlyCounted.some((hash) => (log.entry(hash)?.pinList?.unpins.length ?? 0) > 0)
    if (!unpins) return
    const pinAgain = async (): Promise<void> => {
      const vault = this.#place.vaults().find((one) => one.id === id)
      if (vault !== undefined && this.#mayWrite(vault)) await vault.pinAgain()
    }
    // What cannot be written now (a key is missing) is tried again the next time.
    void this.#run(() => pinAgain().catch(unlessForeign))
  }

  async #lookAt(vault: Vault): Promise<void> {
    try {
      if (!this.#mayWrite(vault)) return
      const isDone = this.#done.get(vault.id) === this.#place.home.replica.daysSeen
      if (!isDone || isLeaving(vault)) await vault.pinAgain()
      if (isDone || this.#keep === undefined || vault.replica.log.genesis.kind !== 'folder') return
      if (await this.#giveUp(vault, this.#keep)) this.#done.set(vault.id, this.#place.home.replica.daysSeen)
    } catch (error) {
      if (isDamage(error))
        void this.#place.home.replica.mend().catch(() => undefined) // so that the next time it goes on
      else if (!isHoldfastError(error)) throw error
    }
  }

  /** Returns whether today's part is done. */
  async #giveUp(vault: Vault, own: KeepPolicy): Promise<boolean> {
    const { kv, replica, secrets } = this.#place.home
    await vault.edit(() => tellPolicy(vault.index, secrets.device, own))
    const devices = [...vault.replica.log.membership().accounts.values()].flatMap((one) => [...one.devices.keys()])
    const keep = widest([own, ...devices.flatMap((device) => toldPolicy(vault.index, device) ?? [])])
    // Of a clock that may be anywhere no day is counted, and on such a day nothing goes.
    if (!replica.clocks.agree) return false
    const days = this.#days.get(vault.id) ?? (await RetentionDays.open(kv, vault.id))
    this.#days.set(vault.id, days)
    await days.note(replica.daysSeen, vault.replica.log.heads(), keep.days)
    const [before, today] = [days.heads(keep.days), days.heads(0)]
    if (before !== undefined && today !== undefined)
      await vault.giveUpVersions({ versions: keep.versions, before, today })
    return true
  }

  #mayWrite({ replica }: Vault): boolean {
    const role = replica.log.membership().roleOf(this.#place.home.secrets.device)
    return role === 'writer' || role === 'owner'
  }

  #run(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(work).catch((error: unknown) => {
      const code = isHoldfastError(error) ? error.code : 'INTERNAL'
      this.#place.home.replica.problem({ vault: null, peer: null, code })
    })
    return this.#running
  }
}

function unlessForeign(error: unknown): void {
  if (!isHoldfastError(error)) throw error
}

function isLeaving({ replica }: Vault): boolean {
  return replica.log
    .pins()
    .unpins()
    .some(({ state }) => state === 'waiting')
}

const LOOK_MS = 3600_000
