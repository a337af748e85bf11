import type { Say } from './told.ts'

/** Where a model starts: what the first device has said, and who acts from there. */
export interface Opening {
  readonly name: string
  readonly about: string
  readonly founder: string
  readonly says: readonly Say[]
  /** Who made the first epoch. If not the founder's device, what that said counts whatever it does next. */
  readonly witness: string
  /** Three devices of two accounts. */
  readonly actors: readonly [string, string, string]
  /** The device that an account may certify besides. */
  readonly spare: ReadonlyMap<string, string>
  /** Two actors that are alike but for their names. */
  readonly alike: readonly [string, string] | null
}

const root = (device: string): Say => ({ kind: 'certify', account: device[0]!.toUpperCase(), issuer: null, device })
const add = (account: string, role: string): Say => ({ kind: 'add', account, role })

export const OPENINGS: readonly Opening[] = [
  {
    name: 'pair',
    about: 'the founder with two devices, an owner with one',
    founder: 'a1',
    says: [root('a2'), add('B', 'owner'), root('b1')],
    witness: 'a2',
    actors: ['a1', 'a2', 'b1'],
    spare: new Map([
      ['A', 'a3'],
      ['B', 'b2']
    ]),
    alike: ['a1', 'a2']
  },
  {
    name: 'equals',
    about: 'a founder who is silent, two owners of equal rank',
    founder: 'f1',
    says: [add('B', 'owner'), root('b1'), root('b2'), add('C', 'owner'), root('c1')],
    witness: 'f1',
    actors: ['b1', 'b2', 'c1'],
    spare: new Map([
      ['B', 'b3'],
      ['C', 'c2']
    ]),
    alike: ['b1', 'b2']
  },
  {
    name: 'chain',
    about: "the founder's second device certified by the first, a writer with one",
    founder: 'a1',
    says: [{ kind: 'certify', account: 'A', issuer: 'a1', device: 'a2' }, add('B', 'writer'), root('b1')],
    witness: 'a2',
    actors: ['a1', 'a2', 'b1'],
    spare: new Map([
      ['A', 'a3'],
      ['B', 'b2']
    ]),
    alike: null
  },
  {
    name: 'fresh',
    about: "the founder's second device not certified yet, an owner with one",
    founder: 'a1',
    says: [add('B', 'owner'), root('b1')],
    witness: 'a1',
    actors: ['a1', 'a2', 'b1'],
    spare: new Map([
      ['A', 'a2'],
      ['B', 'b2']
    ]),
    alike: null
  }
]
