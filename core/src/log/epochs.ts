import type { EntryHash, EpochId } from '../base/ids.ts'
import { recipientKey } from './epoch-body.ts'
import { isBefore } from './graph.ts'
import type { Node } from './graph.ts'
import { recipientsOf } from './membership.ts'
import type { Membership } from './membership.ts'

export interface EpochInfo {
  readonly id: EpochId
  /** The first counted entry that makes it. */
  readonly entry: EntryHash
  readonly parents: readonly EpochId[]
  /** Whether everybody it was given to is still a member, so that one may write under it. */
  readonly recipientsFit: boolean
}

/** The epochs of one vault: who made them and to whom they were given. */
export class Epochs {
  readonly #makers = new Map<EpochId, Node[]>()
  readonly #wraps = new Map<EpochId, Node[]>()

  add(node: Node): void {
    if (node.body?.kind === 'epoch') push(this.#makers, node.body.epoch, node)
    if (node.body?.kind === 'wrap') push(this.#wraps, node.body.epoch, node)
  }

  forget(node: Node): void {
    if (node.body?.kind === 'epoch') pull(this.#makers, node.body.epoch, node)
    if (node.body?.kind === 'wrap') pull(this.#wraps, node.body.epoch, node)
  }

  isKnownTo(node: Node, epoch: EpochId): boolean {
    return this.#makers.get(epoch)?.some((maker) => isBefore(maker, node)) === true
  }

  /** Entries that hand out this epoch, its making first. */
  handedOutBy(epoch: EpochId): readonly Node[] {
    return [...(this.#makers.get(epoch) ?? []), ...(this.#wraps.get(epoch) ?? [])]
  }

  /** Epochs among the counted entries, in causal order. */
  list(counts: (node: Node) => boolean, membership: Membership): EpochInfo[] {
    const members = new Set(recipientsOf(membership).map(recipientKey))
    const found: { info: EpochInfo; place: number }[] = []
    for (const [id, makers] of this.#makers) {
      const counted = makers.filter(counts)
      const first = counted[0]
      if (first?.body?.kind !== 'epoch') continue
      const given = [...counted, ...(this.#wraps.get(id) ?? []).filter(counts)]
      const parents = counted.flatMap((node) =>
        node.body?.kind === 'epoch' ? node.body.parents.map(({ epoch }) => epoch) : []
      )
      const recipientsFit = given.every((node) => wrapsOf(node).every((wrap) => members.has(recipientKey(wrap))))
      found.push({ info: { id, entry: first.hash, parents: [...new Set(parents)], recipientsFit }, place: first.place })
    }
    return found.sort((a, b) => a.place - b.place).map(({ info }) => info)
  }
}

/**
 * The epoch to write under: one whose recipients are all members, and of several the smallest id; but none that a
 * fitting one continues, so that an epoch made anew on purpose is not undone by chance.
 */
export function writableEpochOf(epochs: readonly EpochInfo[]): EpochId | null {
  const fitting = epochs.filter(({ recipientsFit }) => recipientsFit)
  const continued = ancestorsOf(fitting, epochs)
  const ids = fitting.map(({ id }) => id).filter((id) => !continued.has(id))
  return ids.length === 0 ? null : ids.reduce((a, b) => (a < b ? a : b))
}

function ancestorsOf(fitting: readonly EpochInfo[], all: readonly EpochInfo[]): Set<EpochId> {
  const parentsOf = new Map(all.map(({ id, parents }) => [id, parents]))
  const found = new Set<EpochId>()
  const queue = fitting.flatMap(({ parents }) => [...parents])
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue
    found.add(id)
    queue.push(...(parentsOf.get(id) ?? []))
  }
  return found
}

function wrapsOf(node: Node) {
  return node.body?.kind === 'epoch' || node.body?.kind === 'wrap' ? node.body.wraps : []
}

function push(map: Map<EpochId, Node[]>, key: EpochId, node: Node): void {
  map.set(key, [...(map.get(key) ?? []), node])
}

function pull(map: Map<EpochId, Node[]>, key: EpochId, node: Node): void {
  map.set(
    key,
    (map.get(key) ?? []).filter((other) => other !== node)
  )
}
