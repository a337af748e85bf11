import { fromHex, toHex } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'
import { idFromBytes } from '@holdfast/core/base/ids'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { Random } from '@holdfast/core/ports/random'
import { ED25519_SEED_BYTES, ed25519PublicKey } from '@holdfast/core/proof/ed25519'
import { readFileOrUndefined, writeFileDurably } from '@holdfast/node/disk/atomic-file'

/** The one secret of a relay: it proves that this is the relay that vaults name. It opens nothing. */
export interface RelayKey {
  /** Ed25519, 32 bytes. */
  readonly seed: Uint8Array
  readonly peer: DeviceId
}

/** Undefined when there is none yet. Throws HOME_DAMAGED. */
export async function readRelayKey(path: string): Promise<RelayKey | undefined> {
  const bytes = await readFileOrUndefined(path)
  if (bytes === undefined) return undefined
  const match = FORM.exec(Buffer.from(bytes).toString('latin1'))
  if (match === null) throw new HoldfastError('HOME_DAMAGED', 'The file relay.key is damaged.')
  return keyOf(fromHex(match[1]!))
}

/** Makes a key, durably, in a file for its owner only. */
export async function makeRelayKey(path: string, random: Random): Promise<RelayKey> {
  const seed = random.bytes(ED25519_SEED_BYTES)
  await writeFileDurably(path, `${FIRST_LINE}\n${toHex(seed)}\n`, 0o600)
  return keyOf(seed)
}

const FIRST_LINE = 'holdfast relay key 1'
const FORM = new RegExp(`^${FIRST_LINE}\n([0-9a-f]{64})\n$`)

async function keyOf(seed: Uint8Array): Promise<RelayKey> {
  return { seed, peer: idFromBytes<DeviceId>(await ed25519PublicKey(seed)) }
}
