import type { DeviceId } from '../base/ids.ts'
import type { Certificate, SignedStatement } from './account-statement.ts'
import { byHeight } from './graph.ts'
import type { Node } from './graph.ts'
import type { Statement } from './statement.ts'

/** One statement at its place in the graph: what membership is computed from. */
export interface MemberEvent {
  readonly node: Node
  /** Place within the entry. */
  readonly place: number
  readonly statement: Statement
}

/** The statements an entry makes. A genesis says that its founder is an owner and certifies the devices of its chain. */
export function eventsOf(node: Node): MemberEvent[] {
  const { genesis } = node.header
  const statements =
    genesis === null ? (node.body?.kind === 'statement' ? node.body.statements : []) : founding(genesis)
  return statements.map((statement, place) => ({ node, place, statement }))
}

/** Whether an entry can change who is a member of what. */
export function isMemberNode(node: Pick<Node, 'header' | 'body'>): boolean {
  return node.header.genesis !== null || (node.body?.kind === 'statement' && node.body.statements.length > 0)
}

/**
 * What makes two certificates say the same: that this device is one of that account, by this issuer. Of those the first
 * decides; one that has another in its past changes nothing. Null for every other statement.
 */
export function certificateKey(statement: Statement): string | null {
  if (statement.kind !== 'import' || statement.signed.statement.kind !== 'certify') return null
  const { account, device, issuer } = statement.signed.statement
  return `${account} ${device} ${issuer}`
}

/** Certificates among the events, by the device they certify: of those that say the same the lowest in the graph. */
export function certificatesIn(events: readonly MemberEvent[]): Map<DeviceId, Issued[]> {
  const first = new Map<string, Issued>()
  for (const { statement, node } of events) {
    const key = certificateKey(statement)
    if (key === null || statement.kind !== 'import') continue
    const { statement: certificate, byRoot } = statement.signed as SignedStatement & { statement: Certificate }
    const known = first.get(key)
    if (known === undefined || byHeight(node, known.node) < 0) first.set(key, { certificate, byRoot, node })
  }
  const found = new Map<DeviceId, Issued[]>()
  for (const issued of first.values()) {
    const { device } = issued.certificate
    const list = found.get(device)
    if (list === undefined) found.set(device, [issued])
    else list.push(issued)
  }
  return found
}

export interface Issued {
  readonly certificate: Certificate
  readonly byRoot: boolean
  readonly node: Node
}

function founding(genesis: NonNullable<Node['header']['genesis']>): Statement[] {
  const { root, recovery, chain } = genesis
  return [
    { kind: 'add', root, recovery, role: 'owner', name: '' },
    ...chain.map((signed) => ({ kind: 'import', signed }) as const)
  ]
}
