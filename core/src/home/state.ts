import { concat, equalBytes } from '../base/bytes.ts'
import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { INCARNATION_BYTES } from '../base/ids.ts'
import type { AccountId, Incarnation, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { HomePlace } from '../ports/home-place.ts'
import type { KvStore } from '../ports/kv-store.ts'
import { blake3 } from '../proof/blake3.ts'
import { asContact, asFloor, contactValue, floorValue } from '../vault/pairing-messages.ts'
import type { Contact, Floor } from '../vault/pairing-messages.ts'

/** What a device knows about itself besides its keys. One row of the home's store, and a file beside it. */
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
const HASH_BYTES = 32

/** `place`: of the second copy; a home in memory has none. It is written first, so that no older one is left behind when it is read. */
export async function writeState(kv: KvStore, state: HomeState, place?: HomePlace): Promise<void> {
  const bytes = encode(stateValue(state))
  await place?.write('home.state', concat(bytes, blake3(bytes)))
  await kv.write([{ put: KEY, value: bytes }])
}

/** Where one copy is missing or damaged the other one takes its place. Throws HOME_DAMAGED when both are. */
export async function readState(kv: KvStore, place?: HomePlace): Promise<HomeState> {
  const row = decoded(await kv.get(KEY).catch(undefinedIfDamaged))
  const file = decoded(checked(await place?.read('home.state')))
  const state = file ?? row
  if (state === undefined) throw new HoldfastError('HOME_DAMAGED')
  if (row === undefined || (file === undefined && place !== undefined)) await writeState(kv, state, place)
  return state
}

function checked(file: Uint8Array | undefined): Uint8Array | undefined {
  if (file === undefined || file.length < HASH_BYTES) return undefined
  const bytes = file.subarray(0, file.length - HASH_BYTES)
  return equalBytes(blake3(bytes), file.subarray(bytes.length)) ? bytes : undefined
}

function decoded(bytes: Uint8Array | undefined): HomeState | undefined {
  if (bytes === undefined) return undefined
  try {
    return asState(decode(bytes, STATE_BYTES))
  } catch (error) {
    return undefinedIfDamaged(error)
  }
}

function undefinedIfDamaged(error: unknown): undefined {
  if (!isHoldfastError(error, 'MALFORMED')) throw error
  return undefined
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
