import { HoldfastError } from '@holdfast/core/base/errors'
import { encodeInvite } from '@holdfast/core/sync/wire/invite'
import { readPlace } from '../home/place.ts'
import type { Operation } from './operation.ts'

/** An invitation for one account: `{"type":"invite","code","expires"}`, the time as milliseconds since 1970. */
export const invite: Operation = async ({ relay, emit }) => {
  const place = await readPlace(relay.kv)
  if (place === undefined || place.addresses.length === 0)
    throw new HoldfastError(
      'NO_HOME',
      'Start the relay once with `holdfast-relay serve`: nobody knows its addresses yet.'
    )
  const { secret, expiresMs } = await relay.invites.make()
  await emit({
    type: 'invite',
    code: encodeInvite({ relay: relay.key.peer, ...place, secret, expiresMs }),
    expires: expiresMs
  })
}
