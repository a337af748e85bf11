import { genesisBytes } from '../vault/first-entry.ts'
import { equalBytes } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { VaultId } from '../base/ids.ts'
import type { RelayInfo } from '../log/statement.ts'
import { ed25519PublicKey } from '../proof/ed25519.ts'
import { accountSecretsFromWords } from '../secret/words.ts'
import { isRecoveryKit, recoveryKitLine } from '../vault/recovery-kit.ts'
import { rehearse } from '../vault/rehearse.ts'
import { openOwnRecord } from '../engine/account/find-record.ts'
import { noteCare } from '../engine/care.ts'
import { askRelay } from '../engine/relays/relay-client.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { kitFromText } from './kit-text.ts'
import type { OperationIo } from './operation.ts'

/** `words`: the words alone, or the text of a recovery kit. */
export function parseRecoveryTest(value: unknown): { words: string } {
  return { words: new Arguments(value).text('words') }
}

/**
 * Rehearses coming back by the words alone: whether they are this account's, what a kit lacks, what each relay keeps, and
 * whether they open every epoch. Changes nothing, and keeps nothing of the words.
 * Throws BAD_WORDS, WRONG_WORDS, NO_RECORD (no relay would bring everything back).
 */
export async function testRecovery(engine: OpEngine, { words }: { words: string }, io: OperationIo): Promise<void> {
  const kit = isRecoveryKit(words) ? kitFromText(words) : undefined
  await assertOwnWords(engine, kit?.words ?? words)
  const { account, root } = engine.home.state
  const named = new Set(kit?.relays.map(recoveryKitLine))
  const lacking = engine
    .relays()
    .map(recoveryKitLine)
    .filter((line) => !named.has(line))
  await io.emit({
    type: 'recovery',
    account,
    fits: true,
    relays: engine.relays().length,
    ...(kit === undefined ? {} : { lacking })
  })
  const { rootSeed, recoverySecret } = accountSecretsFromWords(kit?.words ?? words)
  rootSeed.fill(0)
  try {
    const kept = await Promise.all(engine.relays().map((relay) => recordAt(engine, relay, { root, recoverySecret })))
    const newest = Math.max(0, ...kept.map(({ number }) => number ?? 0))
    for (const { relay, number, code } of kept)
      await io.emit({
        type: 'record',
        relay: relay.peer,
        name: relay.name,
        ...(number === undefined ? {} : { record: number, newest: number === newest }),
        ...(code === undefined ? {} : { code })
      })
    let closed = 0
    const vaults = engine.vaults().map((vault) => ({ vault, path: pathOfVault(engine, vault.id) }))
    for (const { vault, path } of vaults.sort((one, other) => ((one.path ?? '~') < (other.path ?? '~') ? -1 : 1))) {
      const { epochs, closed: shut } = await rehearse(vault.replica, { account, secret: recoverySecret })
      closed += shut.length
      const where = path === undefined ? {} : { path }
      await io.emit({ type: 'vault', vault: vault.id, ...where, epochs, closed: shut.length })
    }
    if (kept.length > 0 && (newest === 0 || closed > 0))
      throw new HoldfastError('NO_RECORD', 'The words are right, but they would not bring everything back now.')
    await noteCare(engine.home, 'recovery test')
  } finally {
    recoverySecret.fill(0)
  }
}

/** Throws BAD_WORDS, WRONG_WORDS. */
export async function assertOwnWords(engine: OpEngine, words: string): Promise<void> {
  const { rootSeed } = accountSecretsFromWords(words)
  if (!equalBytes(await ed25519PublicKey(rootSeed), engine.home.state.root)) throw new HoldfastError('WRONG_WORDS')
}

/** Where the vault is seen in the personal one. */
function pathOfVault(engine: OpEngine, vault: VaultId): string | undefined {
  const { personal } = engine
  if (vault === personal.id) return '/'
  const mount = engine.mounts().find((one) => one.vault === vault)
  const path = mount === undefined ? undefined : personal.index.tree.pathOf(mount.node)
  return path === undefined ? undefined : `/${path.join('/')}`
}

interface Kept {
  readonly relay: RelayInfo
  readonly number?: number
  readonly code?: ErrorCode
}

/** The number of the record a relay keeps, if it opens and begins with this account's own vaults. */
async function recordAt(
  engine: OpEngine,
  relay: RelayInfo,
  keys: { root: Uint8Array; recoverySecret: Uint8Array }
): Promise<Kept> {
  try {
    const { host } = await engine.goOnline()
    const connection = await host.dial({ peerKey: relay.peer, addresses: [...relay.addresses] })
    const { record } = await askRelay(connection, { kind: 'record' }, 'record')
    if (record === null) return { relay, code: 'NO_RECORD' }
    const { accountVault, personal } = engine
    const own = {
      accountGenesis: await genesisBytes(accountVault),
      personalGenesis: await genesisBytes(personal.replica)
    }
    await openOwnRecord(record, keys, own)
    return { relay, number: record.number }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return { relay, code: FALSE.has(error.code) ? 'PEER_LIES' : error.code }
  }
}

const FALSE: ReadonlySet<ErrorCode> = new Set(['NOT_A_MEMBER', 'BAD_SIGNATURE', 'DECRYPT_FAILED', 'MALFORMED'])
