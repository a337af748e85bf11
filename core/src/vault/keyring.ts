import { concat, utf8 } from '../base/bytes.ts'
import { encode, idValue } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { AccountId, DeviceId, EntryHash, EpochId, VaultId } from '../base/ids.ts'
import { DERIVE, HPKE } from '../base/labels.ts'
import type { Random } from '../ports/random.ts'
import type { EpochBody, Recipient, Wrap } from '../log/epoch-body.ts'
import { sortWraps } from '../log/epoch-body.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'
import { EPOCH_SECRET_BYTES, epochIdOf, epochKeysOf } from '../secret/epoch.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import { hpkeOpen, hpkeSeal } from '../secret/hpke.ts'
import type { DeviceSecrets } from './secrets.ts'

/** Somebody whose wrap or parent secret did not open to what it is named: kept and shown. */
export interface KeyProblem {
  readonly epoch: EpochId
  readonly entry: EntryHash
  readonly writer: DeviceId
}

export type RecipientKey = Recipient & { readonly xPublic: Uint8Array }

/** What the 24 words give: opens every epoch of every vault the account is a member of. */
export interface RecoveryKey {
  readonly account: AccountId
  readonly secret: Uint8Array
}

/** The epoch secrets of one vault that this device holds, in memory only. */
export class Keyring {
  private readonly vault: VaultId
  private readonly device: Pick<DeviceSecrets, 'device' | 'xSecret'> | undefined
  private readonly recovery: RecoveryKey | undefined
  private readonly epochs = new Map<EpochId, { secret: Uint8Array; keys: EpochKeys }>()
  /** By entry and epoch, so that one bad wrap is tried and reported once. */
  private readonly bad = new Map<string, KeyProblem>()
  private readonly badWraps = new Set<EpochId>()
  /** By epoch, those whose secret was found sealed in it: what one may rely on to be reached through it. */
  private readonly reached = new Map<EpochId, Set<EpochId>>()

  /** `recovery`: only while an account is brought back by its words, or that is rehearsed (then without a device). */
  constructor(vault: VaultId, device: Pick<DeviceSecrets, 'device' | 'xSecret'> | undefined, recovery?: RecoveryKey) {
    this.vault = vault
    this.device = device
    this.recovery = recovery
  }

  get problems(): KeyProblem[] {
    return [...this.bad.values()]
  }

  keys(epoch: EpochId): EpochKeys | undefined {
    return this.epochs.get(epoch)?.keys
  }

  /** Grows with every secret that is learnt. */
  get size(): number {
    return this.epochs.size
  }

  /** Whether the secret handed to this device was another one, and the right one did not come either. */
  isBad(epoch: EpochId): boolean {
    return this.badWraps.has(epoch) && !this.has(epoch)
  }

  has(epoch: EpochId): boolean {
    return this.epochs.has(epoch)
  }

  /** Takes what an epoch or wrap entry holds for this device. True when a secret was learnt. */
  async learn(
    entry: { hash: EntryHash; writer: DeviceId },
    body: { epoch: EpochId; wraps: readonly Wrap[] } & Partial<EpochBody>
  ): Promise<boolean> {
    let learnt = false
    for (const wrap of body.wraps) {
      const secret = this.secretFor(wrap)
      if (secret === undefined || this.has(body.epoch)) continue
      const open = (): Promise<Uint8Array> =>
        hpkeOpen(secret, wrapInfo(this.vault, body.epoch, wrap), NOTHING, wrap.sealed)
      learnt = await this.take(entry, body.epoch, open, wrap.kind)
      if (!learnt) this.badWraps.add(body.epoch)
    }
    for (const parent of body.parents ?? []) {
      const keys = this.keys(body.epoch)
      if (keys === undefined || this.reached.get(body.epoch)?.has(parent.epoch) === true) continue
      const isNew = !this.has(parent.epoch)
      const aad = parentAad(this.vault, body.epoch, parent.epoch)
      const opened = await this.take(entry, parent.epoch, () =>
        openSealed(DERIVE.parentEpoch, keys.parentEpoch, parent.sealed, aad)
      )
      if (opened) this.noteReached(body.epoch, parent.epoch)
      learnt ||= opened && isNew
    }
    return learnt
  }

  /** Of these epochs, newest first, those that are held and that none before them leads to: who has them has all. */
  tipsOf(newestFirst: readonly EpochId[]): EpochId[] {
    const covered = new Set<EpochId>()
    return newestFirst.filter((epoch) => {
      if (covered.has(epoch) || !this.has(epoch)) return false
      const below = [epoch]
      for (let at = below.pop(); at !== undefined; at = below.pop()) {
        if (covered.has(at)) continue
        covered.add(at)
        below.push(...(this.reached.get(at) ?? []))
      }
      return true
    })
  }

  /** Body of an entry that begins a new epoch for exactly these recipients, with the secrets of its parents sealed in. */
  async begin(recipients: readonly RecipientKey[], parents: readonly EpochId[], random: Random): Promise<EpochBody> {
    const secret = random.bytes(EPOCH_SECRET_BYTES)
    const epoch = this.hold(secret)
    const { parentEpoch } = this.keys(epoch)!
    const sealedParents = []
    for (const parent of [...parents].sort()) {
      const held = this.epochs.get(parent)
      if (held === undefined) continue
      const aad = parentAad(this.vault, epoch, parent)
      sealedParents.push({
        epoch: parent,
        sealed: await sealWithFreshSalt(DERIVE.parentEpoch, parentEpoch, held.secret, aad, random)
      })
      this.noteReached(epoch, parent)
    }
    return { epoch, parents: sealedParents, wraps: await this.wrap(epoch, recipients, random) }
  }

  /** Wraps of an epoch this device holds. */
  async wrap(epoch: EpochId, recipients: readonly RecipientKey[], random: Random): Promise<Wrap[]> {
    const { secret } = this.epochs.get(epoch)!
    const wraps: Wrap[] = []
    for (const { xPublic, ...recipient } of recipients) {
      const sealed = await hpkeSeal(xPublic, wrapInfo(this.vault, epoch, recipient), NOTHING, secret, random)
      wraps.push({ ...recipient, sealed })
    }
    return sortWraps(wraps)
  }

  private secretFor({ kind, id }: Recipient): Uint8Array | undefined {
    if (kind === 'device') return id === this.device?.device ? this.device.xSecret : undefined
    return id === this.recovery?.account ? this.recovery.secret : undefined
  }

  private hold(secret: Uint8Array): EpochId {
    const keys = epochKeysOf(secret)
    this.epochs.set(keys.id, { secret, keys })
    return keys.id
  }

  private noteReached(epoch: EpochId, parent: EpochId): void {
    this.reached.set(epoch, (this.reached.get(epoch) ?? new Set()).add(parent))
  }

  /** Opens a secret and holds it if it is the one the epoch commits to; otherwise its writer is remembered. */
  private async take(
    entry: { hash: EntryHash; writer: DeviceId },
    epoch: EpochId,
    open: () => Promise<Uint8Array>,
    by: Recipient['kind'] | 'parent' = 'parent'
  ): Promise<boolean> {
    const name = `${entry.hash}/${epoch}/${by}`
    if (this.bad.has(name)) return false
    try {
      const secret = await open()
      if (secret.length === EPOCH_SECRET_BYTES && epochIdOf(secret) === epoch) {
        this.hold(secret)
        return true
      }
    } catch (error) {
      if (!isHoldfastError(error)) throw error
    }
    this.bad.set(name, { epoch, entry: entry.hash, writer: entry.writer })
    return false
  }
}

const NOTHING = new Uint8Array(0)

/** FORMAT 5.6: utf8(label) ‖ 0x00 ‖ vault ‖ epoch ‖ kind ‖ recipient. */
function wrapInfo(vault: VaultId, epoch: EpochId, recipient: Recipient): Uint8Array {
  const kind = Uint8Array.of(recipient.kind === 'device' ? 0 : 1)
  return concat(utf8(HPKE.epoch), Uint8Array.of(0), idBytes(vault), idBytes(epoch), kind, idBytes(recipient.id))
}

function parentAad(vault: VaultId, epoch: EpochId, parent: EpochId): Uint8Array {
  return encode([idValue(vault), idValue(epoch), idValue(parent)])
}
