import { logIdOf } from '../base/ids.ts'
import type { AccountId, DeviceId, LogId } from '../base/ids.ts'
import type { Revocation, SignedStatement } from './account-statement.ts'
import { certificatesIn } from './events.ts'
import type { Issued, MemberEvent } from './events.ts'
import { isBefore } from './graph.ts'
import type { Node } from './graph.ts'

/**
 * A removal of an account from the vault, or a revocation of a device by its account. Each was valid where it was
 * written; which of them take effect when they cross is decided here, from the set of them alone.
 */
export interface Removal {
  /** Who says it: a device, or null for a root key, which nothing removes. */
  readonly author: DeviceId | null
  readonly account: AccountId | null
  readonly device: DeviceId | null
  readonly kept: ReadonlySet<DeviceId>
  /** Logs whose unpins it voids, from these numbers on. */
  readonly voids: readonly { readonly log: LogId; readonly seq: number }[]
  /** Entries that carry it. */
  readonly carriers: Node[]
  /** The carriers its author wrote, or all of them when there is none: its place in the causal order. */
  anchors: readonly Node[]
  /** Devices that fall by it. */
  targets: ReadonlySet<DeviceId>
}

/**
 * The removals that take effect. One removal *hits* another when it removes the other's author and neither knew of
 * the other. A removal is void if it is hit by one that takes effect, except within a circle: those that (in however
 * many steps) hit each other all take effect. So a device that was removed cannot remove bystanders afterwards, two
 * that remove each other both fall, and what a root key says always holds. Nobody can hit a higher rank, because a
 * removal of a higher rank is refused where it is written.
 */
export function effectiveRemovals(events: readonly MemberEvent[]): Removal[] {
  const removals = collect(events)
  if (removals.length === 0) return removals
  const certificates = certificatesIn(events)
  for (const removal of removals) {
    const own = removal.carriers.filter((node) => node.chain.device === removal.author)
    removal.anchors = own.length > 0 ? own : removal.carriers
    removal.targets = targetsOf(removal, certificates)
  }
  return removals.length === 1 ? removals : standing(removals)
}

function collect(events: readonly MemberEvent[]): Removal[] {
  const found = new Map<string, Removal>()
  for (const { node, place, statement } of events) {
    if (statement.kind === 'remove') {
      const voids = statement.voidUnpinsFrom.map(({ device, incarnation, seq }) => ({
        log: logIdOf(device, incarnation),
        seq
      }))
      const author = node.chain.device
      found.set(`${node.hash} ${place}`, { ...BLANK, author, account: statement.account, voids, carriers: [node] })
    } else if (statement.kind === 'import' && statement.signed.statement.kind === 'revoke') {
      const known = found.get(statement.signed.hash)
      if (known === undefined)
        found.set(statement.signed.hash, revocation(statement.signed, statement.signed.statement, node))
      else known.carriers.push(node)
    }
  }
  return [...found.values()]
}

function revocation(signed: SignedStatement, said: Revocation, node: Node): Removal {
  const { issuer, device, kept, voidUnpinsFrom } = said
  const voids = voidUnpinsFrom.map(({ incarnation, seq }) => ({ log: logIdOf(device, incarnation), seq }))
  return { ...BLANK, author: signed.byRoot ? null : issuer, device, kept: new Set(kept), voids, carriers: [node] }
}

const NONE: ReadonlySet<DeviceId> = new Set()
const BLANK = { account: null, device: null, kept: NONE, anchors: [], targets: NONE }

/** The device itself and what stands or falls with its certificates; of an account, every device it ever had. */
function targetsOf(removal: Removal, certificates: Map<DeviceId, Issued[]>): Set<DeviceId> {
  const targets = new Set<DeviceId>()
  if (removal.device === null) {
    for (const [device, issued] of certificates) {
      if (issued.some(({ certificate }) => certificate.account === removal.account)) targets.add(device)
    }
    return targets
  }
  targets.add(removal.device)
  let before = 0
  while (before !== targets.size) {
    before = targets.size
    for (const [device, issued] of certificates) {
      if (
        !removal.kept.has(device) &&
        issued.every(({ byRoot, certificate }) => !byRoot && targets.has(certificate.issuer))
      )
        targets.add(device)
    }
  }
  return targets
}

function hits(a: Removal, b: Removal): boolean {
  if (b.author === null || !a.targets.has(b.author)) return false
  for (const x of a.anchors) {
    for (const y of b.anchors) if (x === y || isBefore(x, y) || isBefore(y, x)) return false
  }
  return true
}

/** By removal, those that hit it. Looks only at pairs where one's author is a target of the other: there may be thousands. */
function hitsAmong(removals: readonly Removal[]): number[][] {
  const by = new Map<DeviceId, number[]>()
  removals.forEach(({ author }, i) => {
    if (author === null) return
    const list = by.get(author)
    if (list === undefined) by.set(author, [i])
    else list.push(i)
  })
  const hitBy: number[][] = removals.map(() => [])
  removals.forEach((removal, i) => {
    for (const target of removal.targets)
      for (const j of by.get(target) ?? []) if (hits(removal, removals[j]!)) hitBy[j]!.push(i)
  })
  return hitBy
}

/** Circles are handled from the outermost inwards: a removal waits until all that hit it from outside are decided. */
function standing(removals: readonly Removal[]): Removal[] {
  const hitBy = hitsAmong(removals)
  const circles = components(hitBy)
  const circleOf = new Map<number, number>()
  circles.forEach((circle, number) => circle.forEach((i) => circleOf.set(i, number)))
  const effective = new Set<number>()
  circles.forEach((circle, number) => {
    for (const i of circle) {
      const fallen = hitBy[i]!.some((j) => circleOf.get(j) !== number && effective.has(j))
      if (!fallen) effective.add(i)
    }
  })
  return removals.filter((_, i) => effective.has(i))
}

/** Strongly connected components of "is hit by", those that are hit by nobody outside first (Tarjan 1972). */
function components(edges: readonly (readonly number[])[]): number[][] {
  const order = new Map<number, number>()
  const low: number[] = []
  const stack: number[] = []
  const found: number[][] = []
  const done = new Set<number>()
  const visit = (root: number): void => {
    const path: { at: number; next: number }[] = [{ at: root, next: 0 }]
    while (path.length > 0) {
      const step = path[path.length - 1]!
      const { at } = step
      if (step.next === 0) {
        low[at] = order.size
        order.set(at, order.size)
        stack.push(at)
      }
      const to = edges[at]![step.next++]
      if (to !== undefined) {
        if (!order.has(to)) path.push({ at: to, next: 0 })
        else if (!done.has(to)) low[at] = Math.min(low[at]!, order.get(to)!)
        continue
      }
      if (low[at] === order.get(at)) found.push(popThrough(stack, at, done))
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined && !done.has(at)) low[parent.at] = Math.min(low[parent.at]!, low[at]!)
    }
  }
  edges.forEach((_, i) => order.has(i) || visit(i))
  return found
}

function popThrough(stack: number[], last: number, done: Set<number>): number[] {
  const popped = stack.splice(stack.lastIndexOf(last))
  for (const i of popped) done.add(i)
  return popped
}
