import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'

export function parseRelayAdd(value: unknown): { code: string } {
  return { code: new Arguments(value).text('code') }
}

export async function addRelay(engine: OpEngine, { code }: { code: string }, io: OperationIo): Promise<void> {
  const { peer, name, addresses } = await engine.addRelay(code)
  await io.emit({ type: 'relay', id: peer, name, addresses })
}

export async function listRelays(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const peers = new Map(engine.status().peers.map((peer) => [peer.peer, peer]))
  for (const { peer, name, addresses } of engine.relays()) {
    const seen = peers.get(peer)
    const lastExchange = seen?.lastExchangeMs === undefined ? null : isoTime(seen.lastExchangeMs)
    await io.emit({ type: 'relay', id: peer, name, addresses, connected: seen?.connected ?? false, lastExchange })
  }
}

/** The devices of this account, this one first. */
export async function listDevices(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const own = engine.home.secrets.device
  const membership = engine.vault.replica.log.membership()
  const peers = new Map(engine.status().peers.map((peer) => [peer.peer, peer]))
  const devices = [...(membership.accounts.get(engine.home.state.account)?.devices ?? [])]
  devices.sort(([a], [b]) => Number(b === own) - Number(a === own))
  for (const [id, { name }] of devices) {
    const seen = peers.get(id)
    const lastExchange = seen?.lastExchangeMs === undefined ? null : isoTime(seen.lastExchangeMs)
    await io.emit({
      type: 'device',
      id,
      name,
      this: id === own,
      connected: seen?.connected ?? id === own,
      lastExchange
    })
  }
}
