import { isHoldfastError } from '../base/errors.ts'
import type { EntryHash } from '../base/ids.ts'
import type { SignedStatement } from './account-statement.ts'
import type { UnverifiedEntry } from './entry.ts'
import { certify, revoke, testAccount, testDevice, testGenesis, testRecord, TestReplica } from './testing.ts'
import type { TestAccount, TestDevice } from './testing.ts'
import { signEntry } from './write.ts'

/** Random histories for property tests: what six devices of three owners may do to each other, honest or not. */
export type Step =
  | { kind: 'write' | 'join' | 'epoch' | 'freeze' | 'reissue' | 'leave'; who: number }
  | { kind: 'pull'; who: number; from: number }
  | { kind: 'revoke' | 'remove' | 'root revoke'; who: number; whom: number }
  | { kind: 'pin' | 'shred' | 'fork'; who: number; object: number }

export const ACTORS = 6

export interface World {
  readonly genesis: UnverifiedEntry
  readonly replicas: TestReplica[]
  readonly all: Map<EntryHash, UnverifiedEntry>
}

const owners: { account: TestAccount; devices: TestDevice[] }[] = []
const issued: SignedStatement[] = []

export async function prepare(): Promise<World> {
  if (owners.length === 0) {
    for (const [name, devices] of [
      ['a', ['a1', 'a2', 'a3']],
      ['b', ['b1', 'b2']],
      ['c', ['c1']]
    ] as const) {
      owners.push({ account: await testAccount(name), devices: await Promise.all(devices.map(testDevice)) })
    }
  }
  const [a, b, c] = owners as [(typeof owners)[0], (typeof owners)[0], (typeof owners)[0]]
  const genesis = await testGenesis(a.account, a.devices[0]!)
  const replicas: TestReplica[] = []
  for (const device of owners.flatMap(({ devices }) => devices)) replicas.push(await TestReplica.open(device, genesis))
  const [first] = replicas as [TestReplica]
  await first.newEpoch('first')
  await first.say({ kind: 'import', signed: await certify(a.account, a.devices[1]!, a.devices[0]) })
  await first.say({ kind: 'import', signed: await certify(a.account, a.devices[2]!, a.devices[1]) })
  for (const { account, devices } of [b, c]) {
    const imports = await Promise.all(
      devices.map(async (device) => ({ kind: 'import', signed: await certify(account, device) }) as const)
    )
    await first.say(
      { kind: 'add', root: account.root, recovery: account.recovery, role: 'owner', name: '' },
      ...imports
    )
  }
  for (const replica of replicas) await replica.pull(first)
  issued.length = 0
  return { genesis, replicas, all: new Map(first.entries) }
}

/** A step that its actor may not take is skipped: which ones are depends on what it has seen. */
export async function tryStep(world: World, step: Step, number: number): Promise<void> {
  const replica = world.replicas[step.who]!
  try {
    await take(world, replica, step, number)
  } catch (error) {
    if (
      !isHoldfastError(error, 'NOT_A_MEMBER') &&
      !isHoldfastError(error, 'FORKED') &&
      !isHoldfastError(error, 'MALFORMED')
    )
      throw error
  }
  for (const [hash, entry] of replica.entries) world.all.set(hash, entry)
}

async function take(world: World, replica: TestReplica, step: Step, number: number): Promise<void> {
  const own = owners.find(({ devices }) => devices.includes(replica.device))!
  switch (step.kind) {
    case 'pull':
      return replica.pull(world.replicas[step.from]!)
    case 'write':
      if (replica.log.writableEpoch() !== null) await replica.change(`change ${number}`)
      return
    case 'join':
      await replica.say()
      return
    case 'epoch':
      await replica.newEpoch(`epoch ${number}`)
      return
    case 'pin':
    case 'shred': {
      const record = testRecord(`object ${step.object}`, [`blob ${step.object}`, 'shared'])
      if (replica.log.writableEpoch() === null) return
      const pinList =
        step.kind === 'pin'
          ? { records: [record.hash], unpins: [], shreds: [] }
          : { records: [], unpins: [], shreds: [record.object] }
      await replica.change(`pin ${number}`, pinList)
      return
    }
    case 'fork':
      return fork(replica, number)
    case 'freeze':
      return freeze(replica)
    case 'revoke':
    case 'root revoke': {
      const { account, devices } = own
      const target = devices[step.whom % devices.length]!
      const signed = await revoke(
        account,
        target,
        step.kind === 'revoke' ? replica.device : undefined,
        step.whom % 2 ? devices : []
      )
      issued.push(signed)
      await replica.say({ kind: 'import', signed })
      return
    }
    case 'remove':
      await replica.say({ kind: 'remove', account: owners[step.whom % owners.length]!.account.id, voidUnpinsFrom: [] })
      return
    case 'leave':
      await replica.say({ kind: 'remove', account: own.account.id, voidUnpinsFrom: [] })
      return
    case 'reissue': {
      const signed = issued.at(-1)
      if (signed !== undefined) await replica.say({ kind: 'import', signed })
      else await replica.say(...replica.log.removalsToRepeat(replica.device.id))
    }
  }
}

/** Two entries with one number, of which the writer goes on with the second: both were sent to somebody. */
async function fork(replica: TestReplica, number: number): Promise<void> {
  const first = await replica.sign('statement', { kind: 'statement', statements: [] })
  const signed = await revoke(owners[0]!.account, owners[0]!.devices[0]!, replica.device)
  await replica.take(first)
  if (number % 3 === 0) return
  const verdict = await replica.log.verify(await resign(replica, first, signed.bytes.length + number))
  if (verdict.kind === 'forked') {
    replica.entries.set(verdict.entry.hash, verdict.entry as unknown as UnverifiedEntry)
    replica.log.admit(verdict.entry)
  }
}

async function resign(replica: TestReplica, entry: UnverifiedEntry, timeMs: number): Promise<UnverifiedEntry> {
  return signEntry({ ...entry.header, timeMs }, { kind: 'statement', statements: [] }, replica.device.seed)
}

async function freeze(replica: TestReplica): Promise<void> {
  for (const { proof } of replica.log.frozenLogs()) {
    if (proof === null) continue
    const [a, b] = proof.map((hash) => replica.entries.get(hash)!.bytes)
    const pair = [
      { bytes: a!.header, signature: a!.signature },
      { bytes: b!.header, signature: b!.signature }
    ] as const
    await replica.write('freeze', { kind: 'freeze', proof: pair })
  }
}
