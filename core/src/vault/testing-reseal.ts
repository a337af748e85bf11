import { concat, utf8 } from '../base/bytes.ts'
import { idBytes } from '../base/ids.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import { DERIVE, HPKE } from '../base/labels.ts'
import type { Random } from '../ports/random.ts'
import { blake3 } from '../proof/blake3.ts'
import { padded, unpadded } from '../seal/padded.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'
import { hpkeOpen, hpkeSeal } from '../secret/hpke.ts'
import { decodeEnvelope, encodeEnvelope, envelopeAad } from '../sync/wire/envelope-bytes.ts'
import type { KeyId } from '../sync/wire/envelope-bytes.ts'
import type { RecipientKey } from './envelope.ts'

/**
 * For tests: what somebody can do who may open an envelope. Its body, changed or not, in a new one for whomever they
 * like, by FORMAT.md and not by the code that is tested.
 */
export async function resealed(
  bytes: Uint8Array,
  options: {
    from: { account: AccountId; device: DeviceId; secret: Uint8Array }
    to: AccountId
    keys: readonly RecipientKey[]
    change: (body: Uint8Array) => Uint8Array | Promise<Uint8Array>
    random: Random
    /** A byte of the 64 that a slot seals, to be flipped. */
    spoilCommitmentAt?: number
  }
): Promise<Uint8Array> {
  const { from, to, random, spoilCommitmentAt } = options
  const parts = decodeEnvelope(bytes)
  const slot = parts.slots.find(({ device }) => device === from.device)!
  const info = infoOf(from.account, from.device, slot.key)
  const secret = await hpkeOpen(from.secret, info, NOTHING, slot.sealed)
  const aad = envelopeAad(parts.account, parts.slots)
  const plaintext = await openSealed(DERIVE.envelope, secret.subarray(0, 32), parts.body, aad)
  const body = await options.change(unpadded(plaintext, BODY_BYTES))
  const contentKey = random.bytes(32)
  const inSlots = concat(contentKey, blake3(body))
  if (spoilCommitmentAt !== undefined) inSlots[spoilCommitmentAt]! ^= 1
  const slots = []
  for (const { device, id: key, xPublic } of options.keys.toSorted((a, b) => (a.device < b.device ? -1 : 1)))
    slots.push({ device, key, sealed: await hpkeSeal(xPublic, infoOf(to, device, key), NOTHING, inSlots, random) })
  const sealed = await sealWithFreshSalt(
    DERIVE.envelope,
    contentKey,
    padded(body, BODY_BYTES),
    envelopeAad(to, slots),
    random
  )
  return encodeEnvelope({ account: to, slots, body: sealed })
}

const BODY_BYTES = 4096
const NOTHING = new Uint8Array(0)

function infoOf(account: AccountId, device: DeviceId, key: KeyId): Uint8Array {
  return concat(utf8(`${HPKE.envelope}\0`), idBytes(account), idBytes(device), idBytes(key))
}
