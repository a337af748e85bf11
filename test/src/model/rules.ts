import type { DeviceId } from '@holdfast/core/base/ids'
import { WRAP_BYTES } from '@holdfast/core/log/epoch-body'
import { testIncarnation } from '@holdfast/core/log/testing'
import type { VaultLog } from '@holdfast/core/log/vault-log'
import { encodeHeader } from '@holdfast/core/log/header'
import { entryOf } from '@holdfast/core/log/entry'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import { encodeBody } from '@holdfast/core/log/write'
import type { ClearBody } from '@holdfast/core/log/write'
import { blake3Id } from '@holdfast/core/proof/blake3'
import type { ContentHash, Header } from '@holdfast/core/log/header'
import type { Cast } from './cast.ts'
import { epochNamed } from './fact.ts'
import type { Fact } from './fact.ts'
import type { Opening } from './opening.ts'
import { accountOf, founderOf, inEffect, membersOf } from './oracle-members.ts'
import { Referee } from './referee.ts'
import { knew, says } from './told.ts'
import type { Outcome } from './told.ts'

/** What must hold of every set of entries, whatever the rules of counting are. Each returns what is wrong, or null. */
export function brokenRule(held: ReadonlySet<Fact>, outcome: Outcome): string | null {
  const counted = new Set(outcome.counted)
  for (const fact of held) {
    if (counted.has(fact.hash) && [...fact.past].some(({ hash }) => !counted.has(hash)))
      return 'something counted depends on what does not count'
  }
  return readsOn(held) ?? loweredFounder(held, outcome) ?? equalsThatFall(held, outcome)
}

/** Nobody removed is given an epoch made in knowledge of the removal. */
function readsOn(held: ReadonlySet<Fact>): string | null {
  for (const fact of held) {
    if (fact.act.kind !== 'epoch' && fact.act.kind !== 'wrap') continue
    for (const { account, device, carriers } of inEffect(fact.past)) {
      const back = [...fact.past].some(
        (one) =>
          says(one).some((say) => say.kind === 'add' && say.account === account) &&
          carriers.some((carrier) => knew(one, carrier))
      )
      const gone = device === null ? `recovery ${account}` : `device ${device}`
      if (!back && fact.act.to.includes(gone)) return `an epoch is given to ${gone}, who is removed`
    }
  }
  return null
}

/** A removal of a higher rank by a lower is void: above all, the founder stays whatever others say. */
function loweredFounder(held: ReadonlySet<Fact>, outcome: Outcome): string | null {
  const founder = founderOf(held)
  const kept = outcome.accounts.some(([account, role, rank]) => account === founder && role === 'owner' && rank === 0)
  return kept ? null : 'the founder is not the first owner any more'
}

/** Two that remove each other without knowing both fall, where nobody else removes anybody. */
function equalsThatFall(held: ReadonlySet<Fact>, outcome: Outcome): string | null {
  const removals = [...held].flatMap((fact) =>
    says(fact).flatMap((say) => (say.kind === 'remove' || say.kind === 'revoke' ? [{ fact, say }] : []))
  )
  const [a, b] = removals
  if (removals.length !== 2 || a === undefined || b === undefined || knew(a.fact, b.fact) || knew(b.fact, a.fact))
    return null
  const isOf = (say: typeof a.say, device: string): boolean =>
    say.kind === 'revoke' ? say.device === device && say.issuer !== null : say.account === device[0]!.toUpperCase()
  if (!isOf(a.say, b.fact.device) || !isOf(b.say, a.fact.device)) return null
  const standing = outcome.accounts.flatMap(([, , , devices]) => devices)
  return [a, b].some(({ fact }) => standing.includes(fact.device)) ? 'equals removed each other and one stands' : null
}

/** Whoever stands can go on: write under the epoch that holds, or say again what must be said and make a new epoch. */
export function stuckWriter(log: VaultLog, held: readonly Fact[], opening: Opening, cast: Cast): string | null {
  if (isSettled(held, log)) return null
  const referee = new Referee(held)
  for (const name of opening.actors.filter((actor) => stands(actor, log, held, cast))) {
    const refusal = tryOn(log, referee, cast.device(name).id)
    if (refusal !== null) return `${name} stands and its next entry is refused: ${refusal}`
  }
  return null
}

/**
 * Whether this device is a writer, by what counts. A certificate holds wherever it stands, but to write on what does
 * not carry it a device must bring it first. Where a log forked, its hidden branch may void a removal that counts: whoever
 * is a member by that alone waits until an owner adds it again, and is not meant here.
 */
function stands(name: string, log: VaultLog, held: readonly Fact[], cast: Cast): boolean {
  const counted = new Set(held.filter(({ entry }) => log.isCounted(entry.hash)))
  const frozen = new Set(log.frozenLogs().map((one) => cast.logName(one.log)))
  const removals = [inEffect(new Set(held)), ...(frozen.size > 0 ? [inEffect(counted)] : [])]
  const isWriter = removals.every((inForce) => {
    const members = membersOf(counted, counted, inForce)
    const account = accountOf(members, name)
    return account !== undefined && members.get(account)!.role !== 'reader'
  })
  const own = held.filter((fact) => fact.device === name)
  return isWriter && own.every((fact) => counted.has(fact) && !frozen.has(fact.log))
}

/** Writes what an honest device would write next. Returns the code of a refusal, or null. */
function tryOn(log: VaultLog, referee: Referee, device: DeviceId): string | null {
  for (const next of nextSteps(log, device)) {
    const entry = next()
    const refusal = referee.check(entry)
    if (refusal !== null) return refusal
    if (entry.header.kind !== 'statement') continue
    referee.take(entry)
    log.admit(log.trust(entry.bytes))
  }
  return null
}

/** Where nothing is removed, demoted or forked everybody goes on as before. */
function isSettled(held: readonly Fact[], log: VaultLog): boolean {
  const quiet = held.every((fact) =>
    says(fact).every(({ kind }) => kind === 'certify' || kind === 'add' || kind === 'relays')
  )
  return quiet && log.frozenLogs().length === 0
}

/** The honest device's next entries: each is drafted when its turn comes, on top of those before it. */
function nextSteps(log: VaultLog, device: DeviceId): (() => UnverifiedEntry)[] {
  const draft = (kind: 'statement' | 'epoch' | 'change', more: Partial<Header> = {}): Header => ({
    ...log.draft({ device, incarnation: testIncarnation(1), kind, timeMs: 1 }),
    ...more
  })
  const writable = log.writableEpoch()
  const repeated = log.removalsToRepeat(device)
  const change = (): UnverifiedEntry => unsigned(draft('change', { epoch: writable }), new Uint8Array(8))
  const say = (): UnverifiedEntry => unsigned(draft('statement'), { kind: 'statement', statements: repeated })
  const epoch = (): UnverifiedEntry => {
    const header = draft('epoch')
    const wraps = log.recipientsAt(header).map((to) => ({ ...to, sealed: new Uint8Array(WRAP_BYTES) }))
    return unsigned(header, { kind: 'epoch', epoch: epochNamed(`next of ${device}`), parents: [], wraps })
  }
  return [...(writable === null ? [] : [change]), ...(repeated.length === 0 ? [] : [say]), epoch]
}

function unsigned(header: Header, body: Uint8Array | ClearBody): UnverifiedEntry {
  const payload = body instanceof Uint8Array ? body : encodeBody(body)
  const full = { ...header, payloadHash: blake3Id<ContentHash>(payload), payloadBytes: payload.length }
  return entryOf({ header: encodeHeader(full), signature: new Uint8Array(64), payload, pinList: null })
}
