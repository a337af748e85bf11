import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { VaultId } from '@holdfast/core/base/ids'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import { Client, testAccount } from './client.ts'
import type { RelayAt } from './client.ts'
import { RelayProcess } from './relay-process.ts'

export async function temporaryHome(t: TestContext): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-relay-'))
  t.after(() => rm(home, { recursive: true, force: true }))
  return home
}

/** A relay in a process of its own, with one account's vault on it and two devices of that account. */
export interface Scene {
  relay: RelayProcess
  readonly at: RelayAt
  readonly laptop: Client
  readonly phone: Client
  readonly vault: VaultId
  readonly genesis: UnverifiedEntry
  /** Kills the relay without a word and starts it again at the same address. */
  crash(): Promise<void>
}

export async function scene(t: TestContext, ...args: string[]): Promise<Scene> {
  const home = await temporaryHome(t)
  const relay = await RelayProcess.start(home, ...args)
  const [laptop, phone] = [await Client.open('laptop', 1), await Client.open('phone', 2)]
  const invite = await relay.invite()
  const at = { relay: invite.relay, addresses: relay.addresses }
  const account = await testAccount('anna')
  await laptop.register({ ...at, secret: invite.secret }, account)
  const { id, genesis } = await laptop.makeVault(account, at, [phone])
  await laptop.hostVault(at, genesis)
  await phone.home.replica.addVault(genesis.bytes, [at.relay])
  const self: Scene = {
    relay,
    at,
    laptop,
    phone,
    vault: id,
    genesis,
    async crash() {
      await self.relay.end('SIGKILL')
      self.relay = await RelayProcess.start(home, '--listen', at.addresses[0]!.replace(/\/p2p\/.*/, ''))
    }
  }
  t.after(async () => {
    await Promise.all([laptop.close(), phone.close(), self.relay.end('SIGKILL')])
  })
  return self
}

/** Waits for a condition, looking again and again. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}
