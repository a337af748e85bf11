import { floorOf } from '@holdfast/core/vault/floors'
import { certifyDevice } from '@holdfast/core/vault/account'
import { writeStatements } from '@holdfast/core/vault/author'
import { checkWelcome } from '@holdfast/core/vault/join'
import { joinPairing, offerPairing } from '@holdfast/core/vault/pairing'
import type { Candidate } from '@holdfast/core/vault/pairing'
import type { Welcome } from '@holdfast/core/vault/pairing-messages'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import type { DeviceRun } from './device-run.ts'
import type { SimDevice } from './device.ts'
import { Life } from './life.ts'
import { pipePair } from './pipe.ts'

/** `host` lets `guest` in, as node's engine does it. Resolves when both sides are done; rejects when either failed. */
export async function pair(host: SimDevice, guest: SimDevice): Promise<void> {
  const { scheduler } = host.world
  const run = host.run!
  const secret = host.rng.bytes(16)
  const [offers, joins] = pipePair(scheduler, host.rng.between(1, 300), [host.life!, new Life(scheduler, () => 0)])
  const { device, xPublic } = guest.secrets
  const offered = offerPairing({
    secret,
    device: host.id,
    random: host.rng,
    pipe: offers,
    approve: async () => true,
    admit: (candidate) => admit(run, candidate)
  })
  const joined = joinPairing({
    secret,
    device,
    xPublic,
    name: guest.name,
    random: guest.rng,
    pipe: joins,
    sign: (label, bytes) => guest.secrets.sign(label, bytes),
    showWords: () => undefined,
    async accept(welcome) {
      await checkWelcome(welcome, device, xPublic)
      await guest.join(welcome)
    }
  })
  const outcomes = await Promise.allSettled([offered, joined])
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

async function admit(run: DeviceRun, candidate: Candidate): Promise<Welcome> {
  const { state, accountVault, vault } = run
  const signed = await certifyDevice(state.account, run.host.secrets, candidate)
  await writeStatements(accountVault, run.author, [{ kind: 'import', signed }])
  await vault.state([{ kind: 'import', signed }])
  await Promise.allSettled([...run.sessions.values()].map((session) => session.idle()))
  return {
    kind: 'welcome',
    account: state.account,
    rootPublic: state.root,
    recoveryPublic: state.recovery,
    accountName: '',
    certificate: signed.bytes,
    certificateSignature: signed.signature,
    accountGenesis: await genesisOf(accountVault),
    personalGenesis: await genesisOf(vault.replica),
    relays: vault.replica.log.membership().relays,
    floors: [floorOf(accountVault.log), floorOf(vault.replica.log)],
    ownAddresses: []
  }
}

export async function genesisOf(vault: VaultReplica): Promise<{ header: Uint8Array; signature: Uint8Array }> {
  const bytes = await vault.store.entryBytes(vault.log.order()[0]!)
  return { header: bytes!.header, signature: bytes!.signature }
}
