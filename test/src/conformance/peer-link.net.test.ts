import { randomBytes } from 'node:crypto'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import { createHost } from '@holdfast/node/net/host'
import { PeerLinks } from '@holdfast/core/net/peer-link'
import { peerLinkConformance } from './peer-link.ts'

for (const [name, listen] of [
  ['TCP', '/ip4/127.0.0.1/tcp/0'],
  ['WebSocket', '/ip4/127.0.0.1/tcp/0/ws']
] as const) {
  peerLinkConformance(name, async () => {
    const server = await createHost({ key: randomBytes(32), listen: [listen] })
    const client = await createHost({ key: randomBytes(32), listen: [] })
    const accepted = new Promise<PeerLink>((resolve) => void PeerLinks.listen(server, resolve))
    const links = await PeerLinks.listen(client, () => undefined)
    const a = await links.open(await client.dial({ peerKey: server.peerKey, addresses: server.addresses() }))
    const stop = async (): Promise<void> => {
      await Promise.all([client.stop(), server.stop()])
    }
    return { a, b: await accepted, aId: client.peerKey, bId: server.peerKey, stop }
  })
}
