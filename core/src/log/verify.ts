import { toHex } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { EntryHash } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { verify } from '../proof/sign.ts'
import { assertSigned } from './account-statement.ts'
import { assertMaySay, assertMayWrap, assertMayWrite, assertRecipientsAre } from './authority.ts'
import { assertChain, endOfChain } from './certificate-chain.ts'
import { countIn, isPlain } from './counting.ts'
import type { Entry } from './entry.ts'
import { eventsOf } from './events.ts'
import { assertProof } from './freeze-body.ts'
import { isBefore, topsOf } from './graph.ts'
import type { Node } from './graph.ts'
import { standingOf } from './standing.ts'
import type { Standing } from './standing.ts'
import type { State } from './state.ts'

/**
 * The checks between an unverified and a verified entry, cheapest first. All but the signatures look only at the
 * entry and its own causal past, so everybody comes to the same result, whenever and in whatever order it arrives.
 */
export type Place = { readonly parents: readonly Node[] } | { readonly missing: EntryHash[] }

/** Where an entry hangs. Throws CHAIN_BROKEN or MALFORMED. */
export function findPlace(state: State, entry: Entry): Place {
  const { graph, vault } = state
  const { header } = entry
  if (header.vault !== vault) throw new HoldfastError('MALFORMED', 'an entry of another vault')
  const names = header.prev === null ? header.seen : [header.prev, ...header.seen]
  const missing = names.filter((name) => !graph.nodes.has(name))
  const prev = header.prev === null ? undefined : graph.nodes.get(header.prev)
  if (prev !== undefined && (prev.log !== entry.log || prev.seq !== header.seq - 1))
    throw new HoldfastError('CHAIN_BROKEN')
  if (missing.length > 0) return { missing }
  const parents = names.map((name) => graph.nodes.get(name)!)
  assertParents(entry, parents)
  if (!graph.logs.has(entry.log) && graph.logs.size >= LIMITS.logsPerVault)
    throw new HoldfastError('TOO_LARGE', 'no more logs fit')
  return { parents }
}

/** Throws NOT_A_MEMBER when the membership before the entry says so already: saves the signature check. */
export function assertWriterKnown(state: State, entry: Entry, parents: readonly Node[]): void {
  const { membership } = state.standings.on(parents)
  const introducesItself = entry.header.kind === 'statement' && membership.accountOf(entry.header.device) === undefined
  if (!introducesItself) assertMayWrite(entry.header, membership, state.genesis.kind)
}

/** Every signature in and on an entry. Throws BAD_SIGNATURE. */
export async function assertSignatures(entry: Entry): Promise<void> {
  const { header, bytes, body } = entry
  if (!(await verify(SIGN.entry, idBytes(header.device), bytes.header, bytes.signature)))
    throw new HoldfastError('BAD_SIGNATURE')
  if (body?.kind === 'freeze') await assertProof(body)
  if (body?.kind !== 'statement') return
  const checked = new Set<string>()
  for (const statement of body.statements) {
    if (statement.kind !== 'import') continue
    const name = `${statement.signed.hash} ${toHex(statement.signed.signature)}`
    if (!checked.has(name)) await assertSigned(statement.signed)
    checked.add(name)
  }
}

/** Throws unless the entry may stand at its place. */
export function assertValid(state: State, entry: Entry, node: Node): void {
  const { header, body } = entry
  const standing = state.standings.on(node.parents)
  assertPastCounts(state, node, standing)
  if (body?.kind === 'statement') assertStatements(state, node, standing)
  else assertMayWrite(header, standing.membership, state.genesis.kind)
  if (header.documents.some(({ number }) => number >= state.genesis.documents))
    throw new HoldfastError('MALFORMED', 'no such document')
  if (header.epoch !== null && !state.epochs.isKnownTo(node, header.epoch))
    throw new HoldfastError('MALFORMED', 'an unknown epoch')
  if (body?.kind === 'epoch') {
    const { epoch, parents, wraps } = body
    if (state.epochs.isKnownTo(node, epoch)) throw new HoldfastError('MALFORMED', 'an epoch made twice')
    if (!parents.every((parent) => state.epochs.isKnownTo(node, parent.epoch)))
      throw new HoldfastError('MALFORMED', 'an unknown epoch')
    assertRecipientsAre(wraps, standing.membership)
  }
  if (body?.kind === 'wrap') {
    if (!state.epochs.isKnownTo(node, body.epoch)) throw new HoldfastError('MALFORMED', 'an unknown epoch')
    assertMayWrap(body.wraps, header.device, standing.membership)
  }
  if (body?.kind === 'freeze' && (body.headers[0].header.vault !== state.vault || body.log === entry.log)) {
    throw new HoldfastError('MALFORMED', 'a freeze of another vault or of its own log')
  }
}

/** A genesis proves itself: the root key names the account and its chain ends at the device that signs. */
export async function assertGenesis(entry: Entry): Promise<void> {
  const { genesis, device } = entry.header
  if (genesis === null) throw new HoldfastError('MALFORMED', 'not a genesis')
  if (endOfChain(genesis.chain, genesis.root) !== device) throw new HoldfastError('NOT_A_MEMBER')
  await assertSignatures(entry)
  await assertChain(genesis.chain, genesis.root)
}

function assertParents(entry: Entry, parents: readonly Node[]): void {
  const seen = entry.header.prev === null ? parents : parents.slice(1)
  for (const node of seen) {
    if (node.log === entry.log) throw new HoldfastError('MALFORMED', 'a log that sees itself')
    if (parents.some((other) => isBefore(node, other))) throw new HoldfastError('MALFORMED', 'an entry seen twice')
  }
}

/**
 * Nothing may build on what does not count where it stands. Without removals and forks there is nothing to look at;
 * and an entry that saw nothing new inherits the result of the one before it.
 */
function assertPastCounts(state: State, node: Node, standing: Standing): void {
  const { graph, forks } = state
  const first = node.parents[0]!
  if (
    node.parents.length === 1 &&
    first.log === node.log &&
    first.header.kind !== 'statement' &&
    first.header.kind !== 'freeze'
  )
    return
  const tops = topsOf(node.parents)
  const frozen = forks.frozenIn(tops)
  if (frozen.has(node.log)) throw new HoldfastError('FORKED')
  const view = { tops, standing, frozen }
  if (isPlain(view)) return
  const counted = countIn(graph, view).tops
  if (tops.some((top, i) => (counted[i] ?? 0) < top))
    throw new HoldfastError('MALFORMED', 'builds on what does not count')
}

/**
 * Each statement is judged after those before it, so that one entry can add a member and its devices. One that says
 * nothing new is judged too but leaves the standing as it is.
 */
function assertStatements(state: State, node: Node, before: Standing): void {
  const { device } = node.header
  const news = new Set(state.standings.newsOf(node).map(({ place }) => place))
  const events = [...before.events]
  let standing = before
  for (const event of eventsOf(node)) {
    if (standing.events.length !== events.length) standing = standingOf([...events])
    assertMaySay(event.statement, device, standing, state.genesis.kind)
    if (news.has(event.place)) events.push(event)
  }
  const wasMember = before.membership.roleOf(device) !== null
  if (!wasMember && standingOf(events).membership.roleOf(device) === null) throw new HoldfastError('NOT_A_MEMBER')
}
