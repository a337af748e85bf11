import { idFromBytes } from '@holdfast/core/base/ids'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { SIGN } from '@holdfast/core/base/labels'
import { blake3 } from '@holdfast/core/proof/blake3'
import { sign } from '@holdfast/core/proof/sign'
import { encodeEnvelope, KEY_ID_BYTES, SLOT_BYTES } from '@holdfast/core/sync/wire/envelope-bytes'
import type { KeyId } from '@holdfast/core/sync/wire/envelope-bytes'
import { encodeMailKey, signedMailKey } from '@holdfast/core/sync/wire/key-bundle'
import type { MailKey, SignedMailKey } from '@holdfast/core/sync/wire/key-bundle'
import type { TestDevice } from '@holdfast/core/log/testing'
import { utf8 } from '@holdfast/core/base/bytes'
import { filler } from './client.ts'

/** For tests: an envelope as a relay sees it. What is sealed in it is filler. */
export function testEnvelope(account: AccountId, name: string, bodyBytes = 500): Uint8Array {
  const device = idFromBytes<DeviceId>(blake3(utf8(`device ${name}`)))
  return encodeEnvelope({
    account,
    slots: [{ device, key: keyIdOf(name), sealed: filler(name, SLOT_BYTES) }],
    body: filler(name, bodyBytes)
  })
}

export async function testMailKey(
  account: AccountId,
  device: TestDevice,
  relay: DeviceId,
  name: string,
  change: Partial<MailKey> = {}
): Promise<SignedMailKey> {
  const bytes = encodeMailKey({
    account,
    device: device.id,
    relay,
    number: 1,
    isLastResort: false,
    id: keyIdOf(name),
    xPublic: blake3(utf8(name)),
    ...change
  })
  return signedMailKey(bytes, await sign(SIGN.keyBundle, device.seed, bytes))
}

function keyIdOf(name: string): KeyId {
  return idFromBytes<KeyId>(blake3(utf8(`key ${name}`)).slice(0, KEY_ID_BYTES), KEY_ID_BYTES)
}
