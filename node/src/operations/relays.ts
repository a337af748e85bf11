import { recoveryKitLine } from '@holdfast/core/vault/recovery-kit'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { readKitFile, replaceKitFile } from './kit-file.ts'
import { isoTime } from './list.ts'
import { assertOwnWords } from './recovery.ts'
import type { OperationIo } from './operation.ts'

export interface RelayAddArgs {
  readonly code: string
  /** The recovery kit that is to name it, on this machine. */
  readonly kit: string | undefined
}

export function parseRelayAdd(value: unknown): RelayAddArgs {
  const args = new Arguments(value)
  return { code: args.text('code'), kit: args.has('kit') ? args.diskPath('kit') : undefined }
}

export async function addRelay(engine: OpEngine, { code, kit: file }: RelayAddArgs, io: OperationIo): Promise<void> {
  const kit = file === undefined ? undefined : await readKitFile(file)
  if (kit !== undefined) await assertOwnWords(engine, kit.words)
  const { peer, name, addresses } = await engine.addRelay(code)
  let failure: unknown
  if (file !== undefined && kit !== undefined)
    await replaceKitFile(file, { words: kit.words, relays: engine.relays() }).catch((error: unknown) => {
      failure = error // the relay is added all the same, and its line must be known
    })
  const kept = file === undefined || failure !== undefined ? {} : { kit: file }
  await io.emit({ type: 'relay', id: peer, name, addresses, kitLine: recoveryKitLine({ peer, addresses }), ...kept })
  if (failure !== undefined) throw failure as Error
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
  for (const [id] of devices) {
    const seen = peers.get(id)
    const lastExchange = seen?.lastExchangeMs === undefined ? null : isoTime(seen.lastExchangeMs)
    await io.emit({
      type: 'device',
      id,
      name: engine.vault.deviceName(id) ?? id.slice(0, 8),
      this: id === own,
      connected: seen?.connected ?? id === own,
      lastExchange
    })
  }
}
