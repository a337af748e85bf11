import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '@holdfast/core/base/codec'
import type { Value } from '@holdfast/core/base/codec'
import { HoldfastError } from '@holdfast/core/base/errors'
import { INCARNATION_BYTES } from '@holdfast/core/base/ids'
import type { AccountId, Incarnation, VaultId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { asContact, asFloor, contactValue, floorValue } from '@holdfast/core/vault/pairing-messages'
import type { Contact, Floor } from '@holdfast/core/vault/pairing-messages'

/** What a device knows about itself besides its keys. One row of the home's store. */
export interface HomeState {
  readonly account: AccountId
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  readonly incarnation: Incarnation
  readonly accountVault: VaultId
  readonly personalVault: VaultId
  /** Peers that a pairing introduced, to be asked for the vaults before the vaults themselves say who is a member. */
  readonly introduced: readonly Contact[]
  /** What must be reached before anything is signed in a vault that was joined. */
  readonly floors: readonly Floor[]
}

const KEY = 'home/state'
const STATE_BYTES = 1024 * 1024

export function writeState(kv: KvStore, state: HomeState): Promise<void> {
  return kv.write([{ put: KEY, value: encode(stateValue(state)) }])
}

/** Throws HOME_DAMAGED when there is none or it cannot be read. */
export async function readState(kv: KvStore): Promise<HomeState> {
  const bytes = await kv.get(KEY)
  if (bytes === undefined) throw new HoldfastError('HOME_DAMAGED')
  try {
    return asState(decode(bytes, STATE_BYTES))
  } catch (cause) {
    throw new HoldfastError('HOME_DAMAGED', undefined, { cause })
  }
}

function stateValue(state: HomeState): Value {
  return [
    1,
    idValue(state.account),
    state.root,
    state.recovery,
    idValue(state.incarnation),
    idValue(state.accountVault),
    idValue(state.personalVault),
    state.introduced.map(contactValue),
    state.floors.map(floorValue)
  ]
}

function asState(value: Value): HomeState {
  const items = asArray(value, 9)
  asVersion(items[0], 1)
  return {
    account: asId(items[1]),
    root: asBytes(items[2], 32),
    recovery: asBytes(items[3], 32),
    incarnation: asId<Incarnation>(items[4], INCARNATION_BYTES),
    accountVault: asId(items[5]),
    personalVault: asId(items[6]),
    introduced: asArray(items[7], { max: LIMITS.relays + 1 }).map(asContact),
    floors: asArray(items[8], { max: LIMITS.vaultsPerHello }).map(asFloor)
  }
}
