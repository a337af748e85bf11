import { asBytes, asArray, asVersion, decode, encode } from '../base/codec.ts'
import { idFromBytes } from '../base/ids.ts'
import type { DeviceId } from '../base/ids.ts'
import type { SignLabel } from '../base/labels.ts'
import { ed25519PublicKey } from '../proof/ed25519.ts'
import { sign } from '../proof/sign.ts'
import type { Random } from '../ports/random.ts'
import { x25519PublicKey } from '../secret/hpke.ts'

/** A device's own keys, in memory only while the home is unlocked. */
export interface DeviceSecrets {
  readonly device: DeviceId
  /** Ed25519 seed, 32 bytes; also the key of the libp2p host. */
  readonly seed: Uint8Array
  /** X25519 secret, 32 bytes. */
  readonly xSecret: Uint8Array
  readonly xPublic: Uint8Array
  sign(label: SignLabel, bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

export function newDeviceSecrets(random: Random): Promise<DeviceSecrets> {
  return deviceSecrets(random.bytes(32), random.bytes(32))
}

/** What a key box seals: `[1, seed, X25519 secret]`. */
export function encodeDeviceSecrets(secrets: DeviceSecrets): Uint8Array {
  return encode([1, secrets.seed, secrets.xSecret])
}

export async function decodeDeviceSecrets(bytes: Uint8Array): Promise<DeviceSecrets> {
  const [version, seed, xSecret] = asArray(decode(bytes, 256), 3)
  asVersion(version, 1)
  return deviceSecrets(asBytes(seed, 32), asBytes(xSecret, 32))
}

async function deviceSecrets(seed: Uint8Array, xSecret: Uint8Array): Promise<DeviceSecrets> {
  const device = idFromBytes<DeviceId>(await ed25519PublicKey(seed))
  const xPublic = await x25519PublicKey(xSecret)
  return { device, seed, xSecret, xPublic, sign: (label, bytes) => sign(label, seed, bytes) }
}
