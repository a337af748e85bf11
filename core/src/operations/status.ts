import { explain, HoldfastError, type ErrorCode } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { peerName } from '../engine/whereabouts.ts'
import { roomsOf, type Room } from '../engine/relays/rooms.ts'
import type { Status } from '../engine/status.ts'
import type { SomeFiles, VaultStatus } from '../engine/vault-status.ts'
import { adviceFor, type Advice } from './advice.ts'
import { alikeIn } from './alike.ts'
import { Arguments } from './arguments.ts'
import { fewerCopiesText } from './copies-met.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { isoTime } from './list.ts'
import { contentOf } from './look.ts'
import type { OperationIo } from './operation.ts'
import { outgoing } from './outgoing.ts'
import { everythingBelow } from './places.ts'

export interface StatusArgs {
  readonly files: boolean
  /** Whether it is an error that something needs a decision. */
  readonly check?: boolean
}

export function parseStatus(value: unknown): StatusArgs {
  const args = new Arguments(value)
  return { files: args.flag('files'), check: args.flag('check') }
}

/** What a device knows beside its vaults: a computer its folders. */
export interface Beside {
  readonly fields: object
  readonly problems?: readonly { readonly code: ErrorCode; readonly message: string; readonly remedy: string }[]
  /** What of it waits for a person. */
  readonly needs?: Advice
  /** What it is at: said where nothing waits for a person. */
  readonly busy?: Advice
  /** What is not as it should be and waits for nobody: said where all else is. */
  readonly amiss?: Advice
}

/** One look at everything; with `files`, then a line for each file and where its copies are. With `check`: throws NEEDS_YOU. */
export async function status(
  engine: OpEngine,
  { files, check }: StatusArgs,
  io: OperationIo,
  { fields, problems: others = [], ...besides }: Beside = { fields: {} }
): Promise<void> {
  const seen = await engine.status()
  const { onlyHere, couldDie, unreachable, vaults, peers, problems, state: _, ...rest } = seen
  const rooms = await roomsOf(engine, 'behind')
  const alike = alikeIn([...peers, ...vaults.flatMap((vault) => vault.relays)])
  const told = toldState(seen, besides)
  await io.emit({
    type: 'status',
    ...told,
    ...rest,
    ...fields,
    ...(engine.home.platform.process === undefined ? {} : { process: engine.home.platform.process }),
    outgoing: await outgoing(engine),
    ...fewerCopiesText(engine, (peer) => peerName(engine, peer)),
    onlyHere: someText(onlyHere),
    couldDie: someText(couldDie),
    unreachable: someText(unreachable),
    vaults: vaults.map((vault) => vaultFields(vault, alike)),
    peers: peers.map(({ peer, lastExchangeMs, lastError, ...known }) => ({
      ...known,
      id: peer,
      ...(alike.has(peer) ? { alike: true } : {}),
      lastExchange: lastExchangeMs === undefined ? null : isoTime(lastExchangeMs),
      ...(lastError === undefined ? {} : { error: lastError }),
      ...roomFields(rooms.get(peer))
    })),
    problems: [
      ...problems.map(({ code, peer, path }) => ({
        code,
        peer: peer ?? null,
        ...(path === undefined ? {} : { path: pathText(path) }),
        message: explain(code).cause,
        remedy: explain(code).remedy
      })),
      ...others.map((other) => ({ ...other, peer: null }))
    ]
  })
  if (files) await copiesOfEach(engine, io)
  if (check === true && (told.state === 'needs you' || seen.conflicts > 0)) throw new HoldfastError('NEEDS_YOU')
}

/** What is most urgent of the vaults and of what is beside them. */
function toldState(
  seen: Status,
  { needs, busy, amiss }: Pick<Beside, 'needs' | 'busy' | 'amiss'>
): Advice & Pick<Status, 'state'> {
  const { state } = seen
  if (state === 'needs you') return { state, ...adviceFor(seen) }
  if (needs !== undefined) return { state: 'needs you', ...needs }
  if (busy !== undefined) return { state: 'syncing', ...busy }
  if (state === 'up to date' && amiss !== undefined) return { state, ...amiss }
  return { state, ...adviceFor(seen) }
}

function roomFields(room: Room | undefined): object {
  if (room === undefined) return {}
  const { usedBytes, quotaBytes, saidMs } = room
  const bound = quotaBytes === 0 ? { tier: 'unlimited', quotaBytes: null } : { tier: 'limited', quotaBytes }
  return { room: { ...bound, usedBytes, said: isoTime(saidMs) } }
}

async function copiesOfEach(engine: OpEngine, io: OperationIo): Promise<void> {
  for (const { path, node, vault } of everythingBelow(engine, undefined)) {
    const content = contentOf(node)
    if (content === undefined || vault === undefined) continue
    await io.emit({ type: 'copies', path: pathText(path), ...engine.whereabouts(content, vault) })
  }
}

function vaultFields(vault: VaultStatus, alike: ReadonlySet<DeviceId>): object {
  const { vault: id, path, failure, role, relays, onlyHere, couldDie, unreachable, ...rest } = vault
  return {
    path: pathText(path),
    id,
    ...rest,
    role: role ?? null,
    ...(failure === undefined ? {} : { error: failure }),
    relays: relays.map(({ peer, ...relay }) => ({ ...relay, id: peer, ...(alike.has(peer) ? { alike: true } : {}) })),
    onlyHere: someText(onlyHere),
    couldDie: someText(couldDie),
    unreachable: someText(unreachable)
  }
}

function someText({ files, paths }: SomeFiles): { files: number; paths: string[] } {
  return { files, paths: paths.map(pathText) }
}
