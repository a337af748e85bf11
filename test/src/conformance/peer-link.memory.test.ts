import type { DeviceId } from '@holdfast/core/base/ids'
import { memoryLinkPair } from '@holdfast/core/sync/testing/memory-link'
import { peerLinkConformance } from './peer-link.ts'

peerLinkConformance('memory', async () => {
  const [aId, bId] = ['aa'.repeat(32) as DeviceId, 'bb'.repeat(32) as DeviceId]
  const [a, b] = memoryLinkPair(aId, bId)
  return { a, b, aId, bId, stop: async () => undefined }
})
