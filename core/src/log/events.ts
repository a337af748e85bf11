import type { DeviceId } from '../base/ids.ts'
import type { Certificate, SignedStatement } from './account-statement.ts'
import type { Node } from './graph.ts'
import type { Statement } from './statement.ts'

/** One statement at its place in the graph: what membership is computed from. */
export interface MemberEvent {
  readonly node: Node
  /** Place within the entry. */
  readonly place: number
  readonly statement: Statement
}

/** The statements an entry makes. A genesis says that its founder is an owner and certifies the first device. */
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

/** Certificates among the events, by the device they certify. */
export function certificatesIn(events: readonly MemberEvent[]): Map<DeviceId, Issued[]> {
  const found = new Map<DeviceId, Issued[]>()
  for (const { statement, node } of events) {
    if (statement.kind !== 'import' || statement.signed.statement.kind !== 'certify') continue
    const { statement: certificate, byRoot } = statement.signed as SignedStatement & { statement: Certificate }
    const list = found.get(certificate.device) ?? []
    if (!list.some((one) => one.certificate === certificate)) list.push({ certificate, byRoot, node })
    found.set(certificate.device, list)
  }
  return found
}

export interface Issued {
  readonly certificate: Certificate
  readonly byRoot: boolean
  readonly node: Node
}

function founding(genesis: NonNullable<Node['header']['genesis']>): Statement[] {
  const { root, recovery, statement } = genesis
  return [
    { kind: 'add', root, recovery, role: 'owner', name: '' },
    { kind: 'import', signed: statement }
  ]
}
