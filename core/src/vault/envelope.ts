import { concat, equalBytes, utf8 } from '../base/bytes.ts'
import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import { DERIVE, HPKE, SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { Random } from '../ports/random.ts'
import { blake3 } from '../proof/blake3.ts'
import { sign, verify } from '../proof/sign.ts'
import { padded, unpadded } from '../seal/padded.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'
import { hpkeOpen, hpkeSeal } from '../secret/hpke.ts'
import { decodeEnvelope, encodeEnvelope, envelopeAad, envelopeIdOf } from '../sync/wire/envelope-bytes.ts'
import type { EnvelopeId, EnvelopeParts, EnvelopeSlot, KeyId } from '../sync/wire/envelope-bytes.ts'
import { readCard } from './contact-card.ts'
import type { ContactCard } from './contact-card.ts'
import { asContent, contentValue } from './envelope-content.ts'
import type { EnvelopeContent } from './envelope-content.ts'

/** A device that is to open an envelope, and the key of its that is used up for it. */
export interface RecipientKey {
  readonly device: DeviceId
  readonly id: KeyId
  readonly xPublic: Uint8Array
}

export interface OpenedEnvelope {
  readonly id: EnvelopeId
  /** Who signed it. Says who they are, not whether anybody has verified that. */
  readonly sender: ContactCard
  readonly content: EnvelopeContent
  /** The key of this device it was sealed to: to be destroyed once the content is safe. */
  readonly key: KeyId
}

/**
 * An envelope for every one of these devices of an account (FORMAT.md 8.4). `card` is the sender's own, `seed` that of the
 * device that signed it. Throws TOO_LARGE, MALFORMED.
 */
export async function sealEnvelope(options: {
  card: ContactCard
  seed: Uint8Array
  to: AccountId
  keys: readonly RecipientKey[]
  content: EnvelopeContent
  random: Random
}): Promise<Uint8Array> {
  const { card, seed, to, content, random } = options
  const signed = encode([1, idValue(to), random.bytes(NONCE_BYTES), card.bytes, contentValue(content)])
  const body = encode([1, signed, await sign(SIGN.envelope, seed, signed)])
  const contentKey = random.bytes(KEY_BYTES)
  const secret = concat(contentKey, blake3(body))
  const slots: EnvelopeSlot[] = []
  for (const { device, id: key, xPublic } of options.keys.toSorted((a, b) => (a.device < b.device ? -1 : 1)))
    slots.push({ device, key, sealed: await hpkeSeal(xPublic, slotInfo(to, device, key), NOTHING, secret, random) })
  const aad = envelopeAad(to, slots)
  const sealed = await sealWithFreshSalt(DERIVE.envelope, contentKey, padded(body, BODY_BYTES), aad, random)
  return encodeEnvelope({ account: to, slots, body: sealed })
}

/**
 * `secretOf` gives the secret of a key of this device, undefined once it is destroyed. Throws NOT_HERE (it is not for this device, or
 * the key is gone), TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION, DECRYPT_FAILED, COMMITMENT_MISMATCH, BAD_SIGNATURE,
 * NOT_A_MEMBER (the sender's card is not its account's), REFUSED (it was written to somebody else).
 */
export async function openEnvelope(
  bytes: Uint8Array,
  self: { account: AccountId; device: DeviceId; secretOf(key: KeyId): Promise<Uint8Array | undefined> }
): Promise<OpenedEnvelope> {
  const parts = decodeEnvelope(bytes)
  if (parts.account !== self.account) throw new HoldfastError('REFUSED')
  const slot = parts.slots.find(({ device }) => device === self.device)
  const xSecret = slot === undefined ? undefined : await self.secretOf(slot.key)
  if (slot === undefined || xSecret === undefined) throw new HoldfastError('NOT_HERE')
  const secret = await openSlot(xSecret, slotInfo(parts.account, self.device, slot.key), slot.sealed)
  const body = await openBody(parts, secret)
  return { id: envelopeIdOf(bytes), key: slot.key, ...(await readBody(body, self.account)) }
}

const KEY_BYTES = 32
const NONCE_BYTES = 16
/** An invitation with its card and a short message look alike up to here. */
const BODY_BYTES = 4096
const NOTHING = new Uint8Array(0)

/** Whatever is wrong with it, it says nothing about the slots of other devices. */
async function openSlot(xSecret: Uint8Array, info: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  try {
    const secret = await hpkeOpen(xSecret, info, NOTHING, sealed)
    if (secret.length === 2 * KEY_BYTES) return secret
  } catch (error) {
    if (!isHoldfastError(error, 'MALFORMED')) throw error
  }
  throw new HoldfastError('DECRYPT_FAILED')
}

/** What stands beside the key says which body it is for: the devices of an account all read the same. */
async function openBody(parts: EnvelopeParts, secret: Uint8Array): Promise<Uint8Array> {
  const aad = envelopeAad(parts.account, parts.slots)
  const plaintext = await openSealed(DERIVE.envelope, secret.subarray(0, KEY_BYTES), parts.body, aad)
  const body = unpadded(plaintext, BODY_BYTES)
  if (!equalBytes(blake3(body), secret.subarray(KEY_BYTES))) throw new HoldfastError('COMMITMENT_MISMATCH')
  return body
}

async function readBody(
  body: Uint8Array,
  account: AccountId
): Promise<{ sender: ContactCard; content: EnvelopeContent }> {
  const [version, signed, signature] = asArray(decode(body, LIMITS.envelopeBytes), 3)
  asVersion(version, 1)
  const bytes = asBytes(signed, { max: LIMITS.envelopeBytes })
  const [inner, to, nonce, card, content] = asArray(decode(bytes, LIMITS.envelopeBytes), 5)
  asVersion(inner, 1)
  asBytes(nonce, NONCE_BYTES)
  if (asId<AccountId>(to) !== account) throw new HoldfastError('REFUSED')
  const sender = await readCard(asBytes(card, { max: LIMITS.cardBytes }))
  if (!(await verify(SIGN.envelope, idBytes(sender.device), bytes, asBytes(signature, 64))))
    throw new HoldfastError('BAD_SIGNATURE')
  return { sender, content: asContent(content) }
}

function slotInfo(account: AccountId, device: DeviceId, key: KeyId): Uint8Array {
  return concat(utf8(HPKE.envelope), Uint8Array.of(0), idBytes(account), idBytes(device), idBytes(key))
}
