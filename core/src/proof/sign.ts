import { utf8 } from '../base/bytes.ts'
import { SIGN } from '../base/labels.ts'
import type { SignLabel } from '../base/labels.ts'
import { signEd25519, verifyEd25519 } from './ed25519.ts'

/** Signature (64 bytes) of the device or account with this seed over utf8("holdfast/1 " + label) ‖ 0 ‖ bytes. */
export function sign(label: SignLabel, seed: Uint8Array, canonicalBytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
  return signEd25519(seed, signedBytes(label, canonicalBytes))
}

/** Whether `publicKey` signed these bytes under this label. Anything wrong is `false`, never an error. */
export function verify(
  label: SignLabel,
  publicKey: Uint8Array,
  canonicalBytes: Uint8Array,
  signature: Uint8Array
): boolean | Promise<boolean> {
  return verifyEd25519(publicKey, signedBytes(label, canonicalBytes), signature)
}

const PREFIXES = new Map<SignLabel, Uint8Array>(
  Object.values(SIGN).map((label) => [label, utf8(`holdfast/1 ${label}\0`)])
)

function signedBytes(label: SignLabel, canonicalBytes: Uint8Array): Uint8Array {
  const prefix = PREFIXES.get(label)!
  const bytes = new Uint8Array(prefix.length + canonicalBytes.length)
  bytes.set(prefix)
  bytes.set(canonicalBytes, prefix.length)
  return bytes
}
