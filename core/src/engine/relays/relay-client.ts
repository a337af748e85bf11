import { HoldfastError } from '../../base/errors.ts'
import type { EntryBytes } from '../../log/entry.ts'
import { decodeAccountReply, encodeAccountRequest } from '../../sync/account-messages.ts'
import type { AccountReply, AccountRequest } from '../../sync/account-messages.ts'
import type { Connection } from '../../net/connection.ts'
import { ACCOUNT_PROTOCOL } from '../../net/protocols.ts'
import { createRpcClient } from '../../net/rpc.ts'

/** Asks a relay about this device's account there (`/holdfast/account/1`), over a connection to it. */
export async function askRelay<K extends AccountReply['kind']>(
  connection: Connection,
  request: AccountRequest,
  expected: K
): Promise<Extract<AccountReply, { kind: K }>> {
  const channel = await connection.open(ACCOUNT_PROTOCOL)
  try {
    const { header } = await createRpcClient(channel).request(encodeAccountRequest(request))
    const reply = decodeAccountReply(header)
    if (reply.kind !== expected) throw new HoldfastError('PEER_LIES')
    return reply as Extract<AccountReply, { kind: K }>
  } finally {
    channel.abort()
  }
}

/** Makes the relay take in a vault of this account. Asking again changes nothing. */
export async function hostVault(connection: Connection, genesis: EntryBytes): Promise<void> {
  await askRelay(
    connection,
    { kind: 'hostVault', genesisHeader: genesis.header, signature: genesis.signature },
    'hosted'
  )
}
