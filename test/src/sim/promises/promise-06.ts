import { decodeBlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import type { Checker } from '../checker.ts'
import type { World } from '../world.ts'

/** When all is quiet every connection is made anew: then only greetings may cross them. */
export function promise06(world: World): Checker {
  let isWatching = false
  const self: Checker = {
    promise: 6,
    says: 'after everything was exchanged a new exchange moves nothing',
    said(from, to, message) {
      if (isWatching && message.kind !== 'hello' && message.kind !== 'idle')
        world.broken(self, `${from.name} sent ${message.kind} to ${to.name}`)
    },
    asked(from, to, header) {
      if (isWatching) world.broken(self, `${from.name} asked ${to.name} to ${decodeBlobRequest(header).kind}`)
    },
    async atRest() {
      isWatching = true
      await world.meetAgain()
      isWatching = false
    }
  }
  return self
}
