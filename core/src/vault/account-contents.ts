import { concat, equalBytes, utf8 } from '../base/bytes.ts'
import { asArray, asVersion, decode, encode } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { AccountId } from '../base/ids.ts'
import { HPKE } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { assertAccountRecord, signAccountRecord } from '../log/account-record.ts'
import type { AccountRecord } from '../log/account-record.ts'
import type { CertificateChain } from '../log/certificate-chain.ts'
import { decodeHeader } from '../log/header.ts'
import { readRelay, relayValue } from '../log/statement.ts'
import type { RelayInfo } from '../log/statement.ts'
import type { Random } from '../ports/random.ts'
import { hpkeOpen, hpkeSeal } from '../secret/hpke.ts'
import { padded, unpadded } from '../seal/padded.ts'
import type { AccountKeys } from './account.ts'
import { asGenesis, genesisValue } from './genesis-bytes.ts'
import type { GenesisBytes } from './genesis-bytes.ts'
import { asFloor, floorValue } from './pairing-messages.ts'
import type { Floor } from './pairing-messages.ts'
import type { DeviceSecrets } from './secrets.ts'

/** What an account record holds: where everything begins, who keeps it, and what must come back at least. */
export interface AccountContents {
  readonly accountGenesis: GenesisBytes
  readonly personalGenesis: GenesisBytes
  readonly relays: readonly RelayInfo[]
  readonly floors: readonly Floor[]
}

/** Throws TOO_LARGE. */
export async function sealAccountRecord(
  contents: AccountContents,
  options: {
    keys: AccountKeys
    number: number
    chain: CertificateChain
    secrets: Pick<DeviceSecrets, 'sign'>
    random: Random
  }
): Promise<AccountRecord> {
  const { keys, number, chain, secrets, random } = options
  const plaintext = concat(...padded(encodeContents(contents), LEAST_BYTES))
  const sealed = await hpkeSeal(keys.recovery, infoOf(keys.account, number), NOTHING, plaintext, random)
  return signAccountRecord({ account: keys.account, number, sealed }, chain, (label, bytes) =>
    secrets.sign(label, bytes)
  )
}

/** What a relay gave, if a device of the account made it. Throws NOT_A_MEMBER, BAD_SIGNATURE, DECRYPT_FAILED, MALFORMED. */
export async function openAccountRecord(
  record: AccountRecord,
  keys: { root: Uint8Array; recoverySecret: Uint8Array }
): Promise<AccountContents> {
  await assertAccountRecord(record, keys.root)
  const plaintext = await hpkeOpen(keys.recoverySecret, infoOf(record.account, record.number), NOTHING, record.sealed)
  const contents = decodeContents(unpadded(plaintext, LEAST_BYTES))
  assertGenesis(contents.accountGenesis, 'account', keys.root)
  assertGenesis(contents.personalGenesis, 'folder', keys.root)
  return contents
}

/** `[1, account genesis, personal genesis, [relay…], floors]`. */
export function encodeContents(contents: AccountContents): Uint8Array {
  return encode([
    1,
    genesisValue(contents.accountGenesis),
    genesisValue(contents.personalGenesis),
    contents.relays.map(relayValue),
    contents.floors.map(floorValue)
  ])
}

/** Throws TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION. */
export function decodeContents(bytes: Uint8Array): AccountContents {
  const [version, account, personal, relays, floors] = asArray(decode(bytes, LIMITS.accountRecordBytes), 5)
  asVersion(version, 1)
  return {
    accountGenesis: asGenesis(account),
    personalGenesis: asGenesis(personal),
    relays: asArray(relays, { max: LIMITS.relays }).map(readRelay),
    floors: asArray(floors, { max: LIMITS.recordFloors }).map(asFloor)
  }
}

const NOTHING = new Uint8Array(0)
/** Short records look alike. */
const LEAST_BYTES = 2048

/** utf8(label) ‖ 0x00 ‖ account ‖ u64 number: opened as another number or for another account it opens to nothing. */
function infoOf(account: AccountId, number: number): Uint8Array {
  const numbered = new Uint8Array(8)
  new DataView(numbered.buffer).setBigUint64(0, BigInt(number))
  return concat(utf8(HPKE.accountRecord), Uint8Array.of(0), idBytes(account), numbered)
}

/** The two vaults every account begins with are made by its first device: one of a longer chain was put in their place. */
function assertGenesis({ header }: GenesisBytes, kind: 'account' | 'folder', root: Uint8Array): void {
  const { genesis } = decodeHeader(header)
  if (genesis?.kind !== kind || !equalBytes(genesis.root, root) || genesis.chain.length !== 1)
    throw new HoldfastError('MALFORMED', 'a vault of somebody else')
}
