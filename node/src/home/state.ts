import { concat, equalBytes } from '@holdfast/core/base/bytes'
import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '@holdfast/core/base/codec'
import type { Value } from '@holdfast/core/base/codec'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { INCARNATION_BYTES } from '@holdfast/core/base/ids'
import type { AccountId, Incarnation, VaultId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { blake3 } from '@holdfast/core/proof/blake3'
import { asContact, asFloor, contactValue, floorValue } from '@holdfast/core/vault/pairing-messages'
import type { Contact, Floor } from '@holdfast/core/vault/pairing-messages'
import { readFileOrUndefined, writeFileDurably } from '../disk/atomic-file.ts'

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

/** `path`: of the second copy; a home in memory has none. It is written first, so that no older one is left behind when it is read. */
export async function writeState(kv: KvStore, state: HomeState, path?: string): Promise<void> {
  const bytes = encode(stateValue(state))
  if (path !== undefined) await writeFileDurably(path, concat(bytes, blake3(bytes)), 0o600)
  await kv.write([{ put: KEY, value: bytes }])
}

/** Where one copy is missing or damaged the other one takes its place. Throws HOME_DAMAGED when both are. */
export async function readState(kv: KvStore, path?: string): Promise<HomeState> {
  const row = decoded(await kv.get(KEY).catch(undefinedIfDamaged))
  const file = path === undefined ? undefined : decoded(checked(await readFileOrUndefined(path)))
  const state = file ?? row
  if (state === undefined) throw new HoldfastError('HOME_DAMAGED')
  if (row === undefined || (file === undefined && path !== undefined)) await writeState(kv, state, path)
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
