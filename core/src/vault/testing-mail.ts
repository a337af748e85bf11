import { idFromBytes } from '../base/ids.ts'
import type { DeviceId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import type { SignedStatement } from '../log/account-statement.ts'
import type { RelayInfo } from '../log/statement.ts'
import { certify, testAccount } from '../log/testing.ts'
import type { TestAccount, TestDevice } from '../log/testing.ts'
import type { Random } from '../ports/random.ts'
import { sign } from '../proof/sign.ts'
import { x25519PublicKey } from '../secret/hpke.ts'
import { KEY_ID_BYTES } from '../sync/wire/envelope-bytes.ts'
import type { KeyId } from '../sync/wire/envelope-bytes.ts'
import { encodeMailKey, signedMailKey } from '../sync/wire/key-bundle.ts'
import type { MailKey, SignedMailKey } from '../sync/wire/key-bundle.ts'
import { makeCard } from './contact-card.ts'
import type { ContactCard } from './contact-card.ts'
import type { RecipientKey } from './envelope.ts'
import { newDeviceSecrets } from './secrets.ts'
import type { DeviceSecrets } from './secrets.ts'
import { seededRandom } from './testing.ts'

/** For tests: an account with devices that write and get envelopes, all keys made from its name. */
export interface MailPerson {
  readonly account: TestAccount
  readonly devices: readonly DeviceSecrets[]
  /** Certificates, the first device's by the root key, each further one's by the first. */
  readonly statements: readonly SignedStatement[]
  readonly card: ContactCard
  readonly random: Random
}

export async function mailPerson(
  name: string,
  options: { devices?: number; relays?: RelayInfo[] } = {}
): Promise<MailPerson> {
  const random = seededRandom(`mail ${name}`)
  const account = await testAccount(name)
  const devices: DeviceSecrets[] = []
  for (let i = 0; i < (options.devices ?? 1); i++) devices.push(await newDeviceSecrets(random))
  const first = asTestDevice(devices[0]!)
  const statements: SignedStatement[] = []
  for (const device of devices)
    statements.push(await certify(account, asTestDevice(device), device === devices[0] ? undefined : first))
  const { root, recovery } = account
  const card = await makeCard({
    root,
    recovery,
    name,
    chain: statements.slice(0, 1),
    relays: options.relays ?? [],
    floor: statements.map(({ hash }) => hash),
    seed: devices[0]!.seed
  })
  return { account, devices, statements, card, random }
}

export function asTestDevice({ device, seed, xPublic }: DeviceSecrets): TestDevice {
  return { id: device, seed, xPublic, name: '' }
}

/** A key of a device for one envelope, as it lies at a relay, with its secret. */
export async function mailKey(
  person: MailPerson,
  device: DeviceSecrets,
  relay: DeviceId,
  change: Partial<MailKey> = {}
): Promise<{ signed: SignedMailKey; secret: Uint8Array; recipient: RecipientKey }> {
  const secret = person.random.bytes(32)
  const id = idFromBytes<KeyId>(person.random.bytes(KEY_ID_BYTES), KEY_ID_BYTES)
  const xPublic = await x25519PublicKey(secret)
  const key: MailKey = {
    account: person.account.id,
    device: device.device,
    relay,
    number: 1,
    isLastResort: false,
    id,
    xPublic,
    ...change
  }
  const bytes = encodeMailKey(key)
  const signed = signedMailKey(bytes, await sign(SIGN.keyBundle, device.seed, bytes))
  return { signed, secret, recipient: { device: key.device, id: key.id, xPublic } }
}
