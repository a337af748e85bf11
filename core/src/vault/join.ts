import { equalBytes } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { assertSigned, signedStatement } from '../log/account-statement.ts'
import { accountIdOf } from '../log/genesis.ts'
import { decodeHeader } from '../log/header.ts'
import type { Welcome } from './pairing-messages.ts'

/** Whether what a pairing brought belongs together: this device, this account, its two vaults. Throws MALFORMED, BAD_SIGNATURE. */
export async function checkWelcome(welcome: Welcome, device: DeviceId, xPublic: Uint8Array): Promise<void> {
  const signed = signedStatement(welcome.certificate, welcome.certificateSignature)
  await assertSigned(signed)
  const { statement } = signed
  const fits =
    accountIdOf(welcome.rootPublic) === welcome.account &&
    statement.kind === 'certify' &&
    statement.account === welcome.account &&
    statement.device === device &&
    equalBytes(statement.xPublic, xPublic)
  if (!fits) throw new HoldfastError('MALFORMED', 'a certificate for somebody else')
  for (const [genesis, kind] of [
    [welcome.accountGenesis, 'account'],
    [welcome.personalGenesis, 'folder']
  ] as const) {
    const header = decodeHeader(genesis.header)
    if (header.genesis?.kind !== kind || !equalBytes(header.genesis.root, welcome.rootPublic)) {
      throw new HoldfastError('MALFORMED', 'a vault of somebody else')
    }
  }
}
