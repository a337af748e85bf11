import { equalBytes } from '../../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { SignedStatement } from '../../log/account-statement.ts'
import type { VaultReplica } from '../../sync/replica/vault-replica.ts'
import { writeStatements } from '../../vault/author.ts'
import { floorReached } from '../../vault/floors.ts'
import type { Contact } from '../../vault/pairing-messages.ts'
import type { Home } from '../../home/home.ts'
import type { NewHome } from '../../home/init.ts'
import type { Platform } from '../../home/platform.ts'
import type { HomePlace } from '../../ports/home-place.ts'
import { recoverHome, recoveringSecrets } from '../../home/recover.ts'
import type { Host } from '../../net/host.ts'
import { askForRecord, certifyByRoot } from './ask-recovery.ts'
import type { Answer, RecoveryKeys } from './ask-recovery.ts'
import { Engine } from '../engine.ts'
import { findRecord } from './find-record.ts'
import type { FoundRecord } from './find-record.ts'
import type { SyncProgress, SyncReport } from '../sync-once.ts'

export interface RecoverOptions extends NewHome {
  readonly keys: RecoveryKeys
  /** Relays to ask first, as the recovery kit lists them. */
  readonly relays: readonly Contact[]
  /** Takes what the relays have, also where a device was told that there is more. */
  readonly acceptsLess?: boolean
  readonly signal?: AbortSignal
  readonly onAnswer?: (answer: Answer) => Promise<void> | void
}

/** Whether a recovery has made this home and not yet brought all of its contents. */
export async function isRecovering(place: HomePlace): Promise<boolean> {
  const [mark, home] = [await place.read('recovering'), await place.read('home.json')]
  return mark !== undefined && home !== undefined
}

/**
 * Brings the account of these words back onto this machine, from its relays alone: its two vaults and all that is
 * mounted, their keys, and this device as one of the account. The contents come with `bringContents`. Broken off
 * anywhere before it has resolved there is no home, and it can be begun again. The keys are forgotten. `missing`: paths of
 * what is mounted and no relay that answered had whole.
 * Throws NO_RECORD, WRONG_WORDS, NO_PEER, PEER_LIES, ROLLED_BACK (the relays have less than the record says), HOME_EXISTS.
 */
export async function recoverAccount(
  place: HomePlace,
  platform: Platform,
  options: RecoverOptions
): Promise<{ home: Home; found: FoundRecord; missing: readonly string[] }> {
  const { keys, relays, signal, onAnswer } = options
  let missing: readonly string[] = []
  try {
    const secrets = await recoveringSecrets(place, platform, options.passphrase)
    const certificate = await certifyByRoot(keys, secrets)
    const found = await withHost(platform, secrets.seed, (host) =>
      findRecord({ host, wait: platform.wait }, relays, keys, certificate, {
        ...(signal !== undefined && { signal }),
        ...(onAnswer !== undefined && { onAnswer })
      })
    )
    const { answers } = found
    const contents = options.acceptsLess === true ? { ...found.contents, floors: [] } : found.contents
    const met = answers.filter((answer) => answer.found !== undefined).map(({ relay }) => relay)
    const home = await recoverHome(
      place,
      platform,
      options,
      { secrets, keys, contents, relays: met.slice(0, LIMITS.relays) },
      async (made) => void (missing = await comeBack(made, keys, certificate, signal))
    )
    return { home, found, missing }
  } finally {
    keys.forget()
  }
}

async function withHost<T>({ createHost }: Platform, key: Uint8Array, work: (host: Host) => Promise<T>): Promise<T> {
  const host = await createHost({ key, listen: [] })
  try {
    return await work(host)
  } finally {
    await host.stop()
  }
}

/** Fetches everything; a recovery that was broken off while this ran goes on with it. Throws what a sync throws. */
export async function bringContents(
  home: Home,
  relays: readonly Contact[],
  options: { signal?: AbortSignal; onProgress?: (progress: SyncProgress) => void } = {}
): Promise<{ report: SyncReport; files: number; bytes: number }> {
  const engine = await Engine.start(home, { alsoAt: relays })
  try {
    const report = await engine.syncOnce(options)
    const { files, bytes } = await engine.status()
    await home.place.remove('recovering')
    return { report, files, bytes }
  } finally {
    await engine.stop()
  }
}

/**
 * Names, members and keys: when it resolves this device needs the words no more, and some relay knows so. Resolves with
 * the paths of what is mounted and could not be brought back now.
 */
async function comeBack(
  home: Home,
  keys: RecoveryKeys,
  certificate: SignedStatement,
  signal?: AbortSignal
): Promise<readonly string[]> {
  const recovery = { account: keys.account, secret: keys.recoverySecret }
  const engine = await Engine.start(home, { pull: false, recovery, alsoAt: home.state.introduced })
  engine.expectStranger(+1) // relays that no log here names yet
  const stop = (): void => void engine.goOffline()
  signal?.addEventListener('abort', stop)
  try {
    const network = await engine.goOnline()
    const known = new Set<DeviceId>(home.state.introduced.map(({ peer }) => peer))
    for (let before = ''; before !== progressOf(engine, known); ) {
      before = progressOf(engine, known)
      if ((await network.attemptAll()).connected === 0) throw new HoldfastError('NO_PEER')
      await exchange(engine)
      await introduce(engine, certificate)
      for (const relay of engine.targets().filter(({ peer }) => !known.has(peer))) {
        known.add(relay.peer)
        await askForRecord({ host: network.host, wait: home.wait }, relay, keys, certificate, signal)
      }
    }
    return left(engine)
  } catch (error) {
    throw signal?.aborted === true && isHoldfastError(error) ? new HoldfastError('ABORTED') : error
  } finally {
    signal?.removeEventListener('abort', stop)
    await engine.stop()
  }
}

/** Another text whenever a vault, an entry or a relay has come: then there may be more to do. */
function progressOf({ home }: Engine, known: ReadonlySet<DeviceId>): string {
  const entries = home.replica.vaults().map(({ id, log }) => `${id} ${log.order().length}`)
  return [known.size, ...entries.sort()].join()
}

/** Until nothing is left to tell, and what came is in the indexes. */
async function exchange(engine: Engine): Promise<void> {
  const sessions = engine.network.sessionsWith()
  const results = await Promise.allSettled(sessions.map((session) => session.idle()))
  if (results.every(({ status }) => status === 'rejected')) throw new HoldfastError('DISCONNECTED')
  await engine.settled()
}

/** This device says in each vault that is here whole whose it is, and hands itself every key that the words opened. */
async function introduce(engine: Engine, certificate: SignedStatement): Promise<void> {
  const { home, accountVault } = engine
  const { account } = home.state
  if (lacks(engine, accountVault) && isWhole(engine, accountVault))
    await writeStatements(accountVault, engine.author, [{ kind: 'import', signed: certificate }])
  for (const vault of engine.vaults()) {
    // Its log has not come, or the account was removed from it.
    const isMember = vault.replica.log.epochs().length > 0 && vault.replica.log.membership().accounts.has(account)
    if (!isMember || !lacks(engine, vault.replica) || !isWhole(engine, vault.replica)) continue
    await vault.state([{ kind: 'import', signed: certificate }]).catch((error: unknown) => {
      if (!isHoldfastError(error, 'WRITES_HELD')) throw error
    })
  }
}

/** Throws ROLLED_BACK where one's own vaults are less than was known when the record was made. */
function left(engine: Engine): string[] {
  const { accountVault, personal } = engine
  if ([accountVault, personal.replica].some((vault) => lacks(engine, vault)))
    throw new HoldfastError(
      'ROLLED_BACK',
      'The relays that answered have less than they once said: name more of them, or take what is left with --accept-less.'
    )
  return engine.mounts().flatMap(({ node, vault }) => {
    const replica = engine.vaultOf(vault)?.replica
    if (replica !== undefined && !lacks(engine, replica)) return []
    const hasCome = replica !== undefined && replica.log.epochs().length > 0
    const isRemoved = hasCome && !replica.log.membership().accounts.has(engine.home.state.account)
    return isRemoved ? [] : [`/${(personal.index.tree.pathOf(node) ?? []).join('/')}`]
  })
}

/** Whether this device is none of the vault yet. */
function lacks({ home }: Engine, { log }: VaultReplica): boolean {
  return log.membership().accountOf(home.secrets.device) === undefined
}

/** Whether all that was known of it when the record was made has come. */
function isWhole({ home }: Engine, { id, log }: VaultReplica): boolean {
  return home.state.floors.every((floor) => floor.vault !== id || floorReached(log, floor))
}

/** Throws WRONG_WORDS. */
export function assertOwn(home: Home, keys: RecoveryKeys): void {
  if (!equalBytes(home.state.root, keys.root)) throw new HoldfastError('WRONG_WORDS')
}
