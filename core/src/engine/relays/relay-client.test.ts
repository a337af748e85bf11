import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import type { Connection } from '../../net/connection.ts'
import { systemTime } from '../../libp2p/system-time.ts'
import { localChannels } from '../../net/local-channel.ts'
import { serveRpc } from '../../net/rpc.ts'
import { encodeAccountReply } from '../../sync/wire/account-messages.ts'
import { askRelay } from './relay-client.ts'

/** A relay that asks to wait so many times, so long each, before it answers. */
function relayThatAsks(times: number, waitMs: number): Connection {
  let left = times
  return {
    peerKey: '0'.repeat(64) as DeviceId,
    remoteAddress: '',
    direction: 'outbound',
    open: async () => {
      const [near, far] = localChannels(systemTime)
      void serveRpc(far, async () => {
        if (left-- > 0) throw new HoldfastError('RATE_LIMITED', undefined, { waitMs })
        return { header: encodeAccountReply({ kind: 'hosted' }) }
      })
      return near
    },
    close: async () => undefined
  }
}

const REQUEST = { kind: 'account' } as const

test('a relay that says "wait N ms" is asked again after exactly that, and no sooner', async () => {
  const waited: number[] = []
  const wait = async (ms: number): Promise<void> => void waited.push(ms)
  assert.equal((await askRelay(relayThatAsks(3, 1234), REQUEST, 'hosted', wait)).kind, 'hosted')
  assert.deepEqual(waited, [1234, 1234, 1234])
})

test('who names no time, or too long a one, is an error for whoever asked', async () => {
  const never = async (): Promise<void> => assert.fail('waited')
  await assert.rejects(askRelay(relayThatAsks(1, 0), REQUEST, 'hosted', never), { code: 'RATE_LIMITED' })
  await assert.rejects(askRelay(relayThatAsks(1, 3_600_000), REQUEST, 'hosted', never), { code: 'RATE_LIMITED' })
  await assert.rejects(askRelay(relayThatAsks(1, 10), REQUEST, 'hosted'), { code: 'RATE_LIMITED' })
})
