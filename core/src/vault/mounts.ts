import { asArray, asIdOrNull, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES } from '../base/ids.ts'
import type { AccountId, FileId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Intent } from '../index/edits.ts'
import type { IndexOptions } from '../index/entry.ts'
import type { Index } from '../index/index.ts'
import { extraKey } from '../index/keys.ts'
import { entryOf } from '../log/entry.ts'
import type { EntryBytes } from '../log/entry.ts'
import type { VaultKind } from '../log/genesis.ts'
import { readRelay, relayValue } from '../log/statement.ts'
import type { RelayInfo } from '../log/statement.ts'
import { asGenesis, genesisValue } from './genesis-bytes.ts'
import type { GenesisBytes } from './genesis-bytes.ts'
import { asFloor, floorValue } from './pairing-messages.ts'
import type { Floor } from './pairing-messages.ts'

/**
 * A vault that stands at a folder node of the personal vault (FORMAT.md, section 6). Mounts count in the personal vault
 * only: what other vaults say of mounts is never looked at, so that nobody can bring in a vault of somebody else and no
 * circle can arise.
 */
export interface Mount {
  /** The folder node in the personal vault. */
  readonly node: FileId
  readonly vault: VaultId
  readonly genesis: GenesisBytes
  readonly kind: VaultKind
  /** The one file of that vault that is shown in place of a folder. */
  readonly file: FileId | null
  /** Where to ask for it first; later the vault's own relay list says. */
  readonly relays: readonly RelayInfo[]
  /** What must have arrived before anything is signed there. None where the vault was made on this account's devices. */
  readonly floor: Floor | null
  readonly inviter: AccountId | null
}

/** What stands beside the folder node. */
export type MountRecord = Omit<Mount, 'node' | 'vault' | 'kind'>

type PersonalIndex = Pick<Index, 'tree' | 'extra'> & { readonly options?: Pick<IndexOptions, 'vault'> }

/** Everything that is mounted at a living folder, in the order of the nodes. `index` is that of the personal vault. */
export function mountsOf(index: PersonalIndex & Pick<Index, 'extras'>): Mount[] {
  return index.extras(EXTRA).flatMap(({ file }) => mountAt(index, file) ?? [])
}

/** What is mounted at a node. */
export function mountAt(index: PersonalIndex, node: FileId): Mount | undefined {
  const value = index.extra(node, EXTRA)
  if (value === undefined || index.tree.node(node)?.kind !== 'folder') return undefined
  try {
    const known = DECODED.get(value)
    const mount = known?.node === node ? known : decodeMount(node, value)
    DECODED.set(value, mount)
    return mount.vault === index.options?.vault ? undefined : mount
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}

/** By the bytes that the index holds: there may be hundreds of mounts, and all are looked at whenever the vault changes. */
const DECODED = new WeakMap<Uint8Array, Mount>()

/** Makes a folder node a mount, or (null) no longer one. Throws TOO_LARGE, and MALFORMED for what mounts nothing. */
export function mountIntent(node: FileId, record: MountRecord | null): Intent {
  const key = extraKey(node, EXTRA)
  if (record === null) return { key, value: null }
  const value = encode([
    1,
    genesisValue(record.genesis),
    idValue(record.file),
    record.relays.map(relayValue),
    record.floor === null ? null : floorValue(record.floor),
    idValue(record.inviter)
  ])
  decodeMount(node, value)
  return { key, value }
}

/** The first entry of the vault, as the replica takes it. */
export function genesisEntry({ header, signature }: GenesisBytes): EntryBytes {
  return { header, signature, payload: null, pinList: null }
}

/** The node at which a vault is mounted: the same on all devices of an account, also when two of them do it at once. */
export function mountNode(vault: VaultId): FileId {
  return vault.slice(0, FILE_ID_BYTES * 2) as FileId
}

/** Throws MALFORMED, TOO_LARGE, UNSUPPORTED_VERSION. Signatures are checked when the vault is added to the replica. */
function decodeMount(node: FileId, bytes: Uint8Array): Mount {
  const items = asArray(decode(bytes, LIMITS.scalarBytes), 6)
  asVersion(items[0], 1)
  const genesis = asGenesis(items[1])
  const { vault, kind } = genesisOf(genesis)
  if (kind === 'account') throw new HoldfastError('MALFORMED', 'an account vault is mounted nowhere')
  const floor = items[4] === null ? null : asFloor(items[4]!)
  if (floor !== null && floor.vault !== vault) throw new HoldfastError('MALFORMED', 'a floor of another vault')
  return {
    node,
    vault,
    genesis,
    kind,
    file: asIdOrNull<FileId>(items[2], FILE_ID_BYTES),
    relays: asArray(items[3], { max: LIMITS.relays }).map(readRelay),
    floor,
    inviter: asIdOrNull<AccountId>(items[5])
  }
}

/** What a genesis makes, by its form alone. Throws MALFORMED. */
export function genesisOf(genesis: GenesisBytes): { vault: VaultId; kind: VaultKind; root: Uint8Array } {
  const { vault, header } = entryOf(genesisEntry(genesis))
  if (header.genesis === null) throw new HoldfastError('MALFORMED', 'not a genesis')
  return { vault, kind: header.genesis.kind, root: header.genesis.root }
}

const EXTRA = 'mount'
