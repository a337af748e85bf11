import { HoldfastError } from '@holdfast/core/base/errors'
import { equalBytes } from '@holdfast/core/base/bytes'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { assertAccountRecord } from '@holdfast/core/log/account-record'
import type { AccountRecord } from '@holdfast/core/log/account-record'
import { accountIdOf } from '@holdfast/core/log/genesis'
import { assertRecoveryClaim, decodeRecoveryClaim, RECOVERY_NONCE_BYTES } from '@holdfast/core/log/recovery-claim'
import type { SignedClaim } from '@holdfast/core/log/recovery-claim'
import type { Clock } from '@holdfast/core/ports/clock'
import type { Random } from '@holdfast/core/ports/random'
import type { RecoveryReply, RecoveryRequest } from '@holdfast/core/sync/wire/recovery-messages'
import type { Guests } from './guests.ts'
import { ALL_STRANGERS } from './rate-limit.ts'
import type { Records } from './records.ts'

export interface RecoveryDeskOptions {
  readonly relay: DeviceId
  readonly clock: Clock
  readonly random: Random
  readonly records: Records
  readonly guests: Guests
  /** Root key of an account that is registered here. */
  readonly rootOf: (account: AccountId) => Uint8Array | undefined
  /** Whether a vault here has the account as a member, or it is registered. */
  readonly isKnown: (account: AccountId) => boolean
  /** Somebody was let in: what is said to peers is to be considered anew. */
  readonly onGuest: () => void
}

/** Keeps account records, and hands one to whoever has the words. Throws REFUSED, BAD_SIGNATURE, NOT_A_MEMBER, MALFORMED. */
export class RecoveryDesk {
  private readonly o: RecoveryDeskOptions
  /** The last number drawn for each device: good once and for a short time. Devices of accounts take no stranger's room. */
  private readonly nonces = { strangers: new Map<DeviceId, Drawn>(), members: new Map<DeviceId, Drawn>() }

  constructor(options: RecoveryDeskOptions) {
    this.o = options
  }

  /** `account`: the one that this peer speaks for. */
  async answer(peer: DeviceId, account: AccountId | undefined, request: RecoveryRequest): Promise<RecoveryReply> {
    if (request.kind === 'nonce')
      return { kind: 'nonce', nonce: this.draw(peer, account === undefined ? 'strangers' : 'members') }
    if (request.kind === 'recover') return this.recover(peer, request.claim)
    if (account === undefined) throw new HoldfastError('REFUSED')
    if (request.kind === 'record') return { kind: 'record', record: await this.o.records.get(account) }
    return { kind: 'recordKept', number: await this.put(peer, account, request.record) }
  }

  /** A device puts what it has signed itself, for its own account. */
  private async put(peer: DeviceId, account: AccountId, record: AccountRecord): Promise<number> {
    const root = this.o.rootOf(account)
    if (root === undefined || record.account !== account) throw new HoldfastError('REFUSED')
    if ((await assertAccountRecord(record, root)) !== peer) throw new HoldfastError('REFUSED')
    return this.o.records.put(record)
  }

  private draw(peer: DeviceId, of: 'strangers' | 'members'): Uint8Array {
    const { clock, random } = this.o
    const nowMs = clock.monotonicMs()
    this.take(peer)
    const nonces = this.nonces[of]
    for (const [device, { untilMs }] of nonces) if (untilMs < nowMs || nonces.size >= MOST_NONCES) nonces.delete(device)
    const nonce = random.bytes(RECOVERY_NONCE_BYTES)
    nonces.set(peer, { nonce, untilMs: nowMs + NONCE_MS })
    return nonce
  }

  private take(peer: DeviceId): Drawn | undefined {
    const { strangers, members } = this.nonces
    const drawn = strangers.get(peer) ?? members.get(peer)
    strangers.delete(peer)
    members.delete(peer)
    return drawn
  }

  /** Whatever it is worth, the number is used up. */
  private async recover(peer: DeviceId, signed: SignedClaim): Promise<RecoveryReply> {
    const drawn = this.take(peer)
    const claim = decodeRecoveryClaim(signed.bytes)
    const isFresh = drawn !== undefined && drawn.untilMs >= this.o.clock.monotonicMs()
    if (!isFresh || !equalBytes(claim.nonce, drawn.nonce)) throw new HoldfastError('REFUSED')
    await assertRecoveryClaim(claim, signed, { relay: this.o.relay, peer })
    const account = accountIdOf(claim.root)
    const isKnown = this.o.isKnown(account)
    if (!isKnown) return { kind: 'recovered', isKnown, record: null }
    await this.o.guests.letIn(peer, account)
    this.o.onGuest()
    return { kind: 'recovered', isKnown, record: await this.o.records.get(account) }
  }
}

interface Drawn {
  readonly nonce: Uint8Array
  readonly untilMs: number
}

const NONCE_MS = 60_000
/** More than all strangers together may ask for while one is good: none pushes out another's. */
const MOST_NONCES = 2 * (ALL_STRANGERS.burst + (ALL_STRANGERS.perSecond * NONCE_MS) / 1000)
