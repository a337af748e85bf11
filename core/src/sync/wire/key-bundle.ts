import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import { idBytes } from '../../base/ids.ts'
import type { AccountId, DeviceId } from '../../base/ids.ts'
import { SIGN } from '../../base/labels.ts'
import { verify } from '../../proof/sign.ts'
import { KEY_ID_BYTES } from './envelope-bytes.ts'
import type { KeyId } from './envelope-bytes.ts'

/**
 * A key that one envelope (or, the last resort, any) may be sealed to, as its device lays it down at one relay
 * (FORMAT.md 8.4). Each is signed by itself: whoever is handed one learns nothing of the others, so nobody can use up
 * keys that were not given to them. The relay is named in it, so that no other one can hand it out a second time.
 */
export interface MailKey {
  readonly account: AccountId
  readonly device: DeviceId
  readonly relay: DeviceId
  /** Of the upload that brought it, ever higher: the last resort with the highest number holds. */
  readonly number: number
  readonly isLastResort: boolean
  readonly id: KeyId
  /** X25519. */
  readonly xPublic: Uint8Array
}

export interface SignedMailKey {
  readonly key: MailKey
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

export const MAIL_KEY_BYTES = 256

/** `[1, account, device, relay, number, 0 for one envelope / 1 last resort, key id, X25519 public key]`. */
export function encodeMailKey(key: MailKey): Uint8Array {
  return encode([
    1,
    idValue(key.account),
    idValue(key.device),
    idValue(key.relay),
    key.number,
    key.isLastResort ? 1 : 0,
    idValue(key.id),
    key.xPublic
  ])
}

/** The signature is not checked. Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function signedMailKey(bytes: Uint8Array, signature: Uint8Array): SignedMailKey {
  const [version, account, device, relay, number, last, id, xPublic] = asArray(decode(bytes, MAIL_KEY_BYTES), 8)
  asVersion(version, 1)
  const key: MailKey = {
    account: asId<AccountId>(account),
    device: asId<DeviceId>(device),
    relay: asId<DeviceId>(relay),
    number: asUint(number),
    isLastResort: asUint(last, 1) === 1,
    id: asId<KeyId>(id, KEY_ID_BYTES),
    xPublic: asBytes(xPublic, 32)
  }
  return { key, bytes, signature }
}

/** Signed by the device it names. Throws BAD_SIGNATURE. Whose device that is, is another question. */
export async function assertMailKeySigned({ key, bytes, signature }: SignedMailKey): Promise<void> {
  if (!(await verify(SIGN.keyBundle, idBytes(key.device), bytes, signature))) throw new HoldfastError('BAD_SIGNATURE')
}
