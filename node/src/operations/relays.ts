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
