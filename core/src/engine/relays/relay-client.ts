import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { EntryBytes } from '../../log/entry.ts'
import { decodeAccountReply, encodeAccountRequest } from '../../sync/wire/account-messages.ts'
import type { AccountReply, AccountRequest } from '../../sync/wire/account-messages.ts'
import type { Connection } from '../../net/connection.ts'
import { ACCOUNT_PROTOCOL } from '../../net/protocols.ts'
import type { Wait } from '../../ports/wait.ts'
import { createRpcClient } from '../../net/rpc.ts'

/**
 * Asks a relay about this device's account there (`/holdfast/account/1`), over a connection to it. With `wait` it is asked
 * again after the time it names, as often as it asks to wait; longer than a minute at once is the caller's to bear.
 */
export async function askRelay<K extends AccountReply['kind']>(
  connection: Connection,
  request: AccountRequest,
  expected: K,
  wait?: Wait
): Promise<Extract<AccountReply, { kind: K }>> {
  const channel = await connection.open(ACCOUNT_PROTOCOL)
  try {
    const client = createRpcClient(channel)
    const header = await patient(wait, async () => (await client.request(encodeAccountRequest(request))).header)
    const reply = decodeAccountReply(header)
    if (reply.kind !== expected) throw new HoldfastError('PEER_LIES')
    return reply as Extract<AccountReply, { kind: K }>
  } finally {
    channel.abort()
  }
}

/** Makes the relay take in a vault of this account. Asking again changes nothing. */
export async function hostVault(connection: Connection, genesis: EntryBytes, wait?: Wait): Promise<void> {
  await askRelay(
    connection,
    { kind: 'hostVault', genesisHeader: genesis.header, signature: genesis.signature },
    'hosted',
    wait
  )
}

async function patient<T>(wait: Wait | undefined, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const waitMs = isHoldfastError(error, 'RATE_LIMITED') ? error.waitMs : undefined
      if (wait === undefined || waitMs === undefined || waitMs > LONGEST_WAIT_MS) throw error
      await wait(waitMs)
    }
  }
}

const LONGEST_WAIT_MS = 60_000
