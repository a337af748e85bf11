import { accountNamed } from './cast.ts'
import { epochNamed } from './fact.ts'
import type { Fact } from './fact.ts'
import type { Opening } from './opening.ts'
import { frozenIn, recipientsAt } from './oracle.ts'
import { says } from './told.ts'
import type { Act, Say } from './told.ts'

/**
 * How much of what a device may try is tried. `full`: all of it. `lean`: of each kind of operation the variants that can
 * do most. `brief`: each kind of operation by those devices whom it serves most.
 */
export type Scope = 'brief' | 'lean' | 'full'

/** An act with the words that name it among all that this device may do at this place. */
export interface Option {
  readonly words: string
  readonly act: Act
}

/**
 * Everything that a device tries on top of a past, allowed or not. Forks need no operation of their own: they come of
 * a device that writes on a past without its own newest entry.
 */
export function optionsOf(opening: Opening, device: string, past: ReadonlySet<Fact>, scope: Scope): Option[] {
  const all = everyOption(opening, device, past, scope)
  return scope === 'brief' ? all.filter(({ words }) => isBrief(opening, device, words)) : all
}

/** The last actor, alone in its account, leaves, adds, makes epochs, wraps, writes and names relays; the others do the rest. */
function isBrief(opening: Opening, device: string, words: string): boolean {
  if (/^(?:remove|freeze)/.test(words)) return true
  const isForTheLast = /^(?:add|epoch|wrap|relays|pin)/.test(words)
  return isForTheLast === (device === opening.actors[2]) && !/^shred|by root$/.test(words)
}

function everyOption(opening: Opening, device: string, past: ReadonlySet<Fact>, scope: Scope): Option[] {
  const statements = [...deviceSays(opening, device, past, scope), ...memberSays(opening, device, past, scope)]
  return [
    ...statements.map((say) => ({ words: wordsOf(say), act: { kind: 'say', says: [say] } as const })),
    ...epochActs(device, past),
    ...changeActs(past),
    ...[...frozenIn(past)]
      .filter((log) => isProven(past, log))
      .map((log) => ({ words: `freeze ${log}`, act: { kind: 'freeze', log } as const }))
  ]
}

function wordsOf(say: Say): string {
  switch (say.kind) {
    case 'certify':
      return `certify ${say.device} by ${say.issuer ?? 'root'}`
    case 'revoke':
      return `revoke ${say.device} by ${say.issuer ?? 'root'}${say.kept.map((one) => ` keeping ${one}`).join('')}`
    case 'add':
    case 'role':
      return `${say.kind} ${say.account} ${say.role}`
    case 'remove':
      return `remove ${say.account}`
    case 'relays':
      return 'relays'
  }
}

function deviceSays(opening: Opening, device: string, past: ReadonlySet<Fact>, scope: Scope): Say[] {
  const account = accountNamed(device)
  const spare = opening.spare.get(account)!
  const full = scope === 'full'
  const certificates = [...past].flatMap((fact) => says(fact).filter((say) => say.kind === 'certify'))
  const known = [...new Set(certificates.filter((say) => say.account === account).map((say) => say.device))].sort()
  const found: Say[] = []
  if (device !== spare) found.push({ kind: 'certify', account, issuer: device, device: spare })
  if (full || device === spare) found.push({ kind: 'certify', account, issuer: null, device: spare })
  for (const target of known) {
    const certified = certificates.filter(({ issuer }) => issuer === target).map((say) => say.device)
    for (const kept of full && certified.length > 0 ? [[], certified] : [[]]) {
      if (full || target !== device) found.push({ kind: 'revoke', account, issuer: device, device: target, kept })
      if (full || target === opening.actors[0])
        found.push({ kind: 'revoke', account, issuer: null, device: target, kept })
    }
  }
  return found
}

function memberSays(opening: Opening, device: string, past: ReadonlySet<Fact>, scope: Scope): Say[] {
  const others = [...new Set(opening.actors.map(accountNamed))].filter(
    (account) => account !== accountNamed(opening.founder)
  )
  const full = scope === 'full'
  const removed = [...past].flatMap((fact) => says(fact).flatMap((say) => (say.kind === 'remove' ? [say.account] : [])))
  const added = [...past].flatMap((fact) => says(fact).flatMap((say) => (say.kind === 'add' ? [say.account] : [])))
  const guest = opening.actors.some((actor) => accountNamed(actor) === 'C') ? 'A' : 'C'
  const found: Say[] = [{ kind: 'relays', name: device }]
  for (const account of [guest, ...others]) {
    const isNew = !added.includes(account)
    if (isNew || removed.includes(account)) found.push({ kind: 'add', account, role: 'owner' })
    if (isNew) continue
    found.push({ kind: 'remove', account })
    if (account === guest && !full) continue
    found.push({ kind: 'role', account, role: 'reader' })
    if (full) found.push({ kind: 'role', account, role: 'writer' }, { kind: 'role', account, role: 'owner' })
  }
  if (full) found.push({ kind: 'remove', account: accountNamed(opening.founder) })
  return found
}

function epochActs(device: string, past: ReadonlySet<Fact>): Option[] {
  const parents = newestEpochs(past)
  const name = [device, ...[...past].map(({ hash }) => hash).sort()].join()
  const to = recipientsAt(past)
  const own = to.filter((one) => one.split(' ')[1]!.toLowerCase().startsWith(device[0]!))
  const epoch: Option = { words: 'epoch', act: { kind: 'epoch', epoch: epochNamed(name), parents, to } }
  if (own.length === 0) return [epoch]
  return [epoch, { words: 'wrap own', act: { kind: 'wrap', epoch: parents[0]!, to: own } }]
}

function changeActs(past: ReadonlySet<Fact>): Option[] {
  const epoch = newestEpochs(past)[0]!
  return [
    { words: 'pin', act: { kind: 'change', epoch, brings: true, shreds: false } },
    { words: 'shred', act: { kind: 'change', epoch, brings: false, shreds: true } }
  ]
}

/** Epochs that no other one continues, by id. */
function newestEpochs(past: ReadonlySet<Fact>): string[] {
  const epochs = [...past].flatMap(({ act }) => (act.kind === 'epoch' ? [act] : []))
  const ids = epochs.map(({ epoch }) => epoch)
  return ids.filter((id) => !epochs.some(({ parents }) => parents.includes(id))).sort()
}

function isProven(past: ReadonlySet<Fact>, log: string): boolean {
  const seqs = [...past].filter((fact) => fact.log === log).map(({ seq }) => seq)
  return new Set(seqs).size < seqs.length
}
