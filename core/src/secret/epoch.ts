import type { EpochId } from '../base/ids.ts'
import { DERIVE } from '../base/labels.ts'
import { blake3Id, deriveKey } from '../proof/blake3.ts'

export const EPOCH_SECRET_BYTES = 32
const GATE_KEY_BYTES = 16

/** Everything that comes from one epoch secret, each under a label of its own: none tells anything about another. */
export interface EpochKeys {
  readonly id: EpochId
  /** Chunk keys are its keyed hashes. */
  readonly convergence: Uint8Array
  /** 16 bytes: decides where chunks are cut. */
  readonly gate: Uint8Array
  readonly payload: Uint8Array
  readonly keySlot: Uint8Array
  /** Commitments to index changes in the clear header. */
  readonly change: Uint8Array
  /** Seals the secrets of the epochs before, so that a new member can read on. */
  readonly parentEpoch: Uint8Array
  readonly checkpoint: Uint8Array
}

/** A commitment: whoever unwraps a secret compares this with the name of the epoch, and refuses it if it differs. */
export function epochIdOf(secret: Uint8Array): EpochId {
  return blake3Id<EpochId>(deriveKey(DERIVE.epochId, secret))
}

export function epochKeysOf(secret: Uint8Array): EpochKeys {
  return {
    id: epochIdOf(secret),
    convergence: deriveKey(DERIVE.convergence, secret),
    gate: deriveKey(DERIVE.gate, secret).slice(0, GATE_KEY_BYTES),
    payload: deriveKey(DERIVE.payload, secret),
    keySlot: deriveKey(DERIVE.keySlot, secret),
    change: deriveKey(DERIVE.change, secret),
    parentEpoch: deriveKey(DERIVE.parentEpoch, secret),
    checkpoint: deriveKey(DERIVE.checkpoint, secret)
  }
}
