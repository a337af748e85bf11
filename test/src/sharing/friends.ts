import assert from 'node:assert/strict'
import { toHex } from '@holdfast/core/base/bytes'
import type { Role } from '@holdfast/core/log/statement'
import { contactOf } from '@holdfast/core/vault/contacts'
import { genesisEntry, genesisOf } from '@holdfast/core/vault/mounts'
import type { Vault } from '@holdfast/core/vault/vault'
import { keepContact, ownCard } from '@holdfast/core/engine/account/contacts'
import { acceptInvite, keepInvitation, openInvites } from '@holdfast/core/engine/sharing/invitations'
import { invite, sharedAt } from '@holdfast/core/engine/sharing/sharing'
import { systemRandom } from '@holdfast/node/home/platform'
import { Device } from '../attacks/scene/device.ts'
import { exchange } from '../attacks/scene/link.ts'
import { Relay } from '../attacks/scene/relay.ts'
import type { MemoryDisk } from '../fakes/memory-disk.ts'

/** Somebody with one device and a relay of their own, in memory. */
export interface Friend {
  readonly device: Device
  readonly relay: Relay
}

/** People who have verified one another. */
export async function friends(...names: readonly (string | { name: string; disk: MemoryDisk })[]): Promise<Friend[]> {
  const all: Friend[] = []
  for (const one of names) {
    const device = typeof one === 'string' ? await Device.found(one) : await Device.found(one.name, one.disk)
    all.push({ device, relay: await Relay.of(device) })
  }
  for (const one of all)
    for (const other of all)
      if (one !== other) await keepContact(one.device.engine, await ownCard(other.device.engine), true)
  return all
}

/** Shares as the command does; the invitation waits in the outbox. Its relay hosts the vault and has all of it. */
export async function share(from: Friend, path: string, to: Friend, role: Role = 'writer'): Promise<Vault> {
  const { engine } = from.device
  const names = path.split('/')
  const contact = contactOf(engine.personal.index, to.device.home.state.account)!
  const { vault, mount } = await sharedAt(engine, names)
  await from.relay.replica.addVault(genesisEntry(mount.genesis))
  await invite(engine, vault, contact, role, names.at(-1)!, mount.file)
  await exchange(from.device, from.relay)
  return vault
}

/** Brings what waits for somebody, as their relay would. */
export async function post(from: Friend, to: Friend): Promise<void> {
  const { mail } = from.device.engine
  const sender = await ownCard(from.device.engine)
  for (const { id, to: card, content } of await mail.waiting()) {
    if (card.account !== to.device.home.state.account || content.kind !== 'invitation') continue
    const envelope = toHex(systemRandom.bytes(32)) as Parameters<typeof keepInvitation>[1]['id']
    await keepInvitation(to.device.engine, { id: envelope, sender, content })
    await mail.cancel(id)
  }
}

/** Accepts the one invitation there is, and gets everything from the relay of whoever sent it. */
export async function accept(to: Friend, from: Friend): Promise<Vault> {
  const open = openInvites(to.device.engine)
  assert.equal(open.length, 1)
  const { vault } = genesisOf(open[0]!.invitation.genesis)
  await acceptInvite(to.device.engine, open[0]!.id)
  await exchange(to.device, from.relay)
  const opened = to.device.engine.vaultOf(vault)
  assert.ok(opened !== undefined)
  return opened
}

export async function shareAndAccept(
  from: Friend,
  path: string,
  to: Friend,
  role: Role = 'writer'
): Promise<{ mine: Vault; theirs: Vault }> {
  const mine = await share(from, path, to, role)
  await post(from, to)
  return { mine, theirs: await accept(to, from) }
}

export function namesIn(vault: Vault): string[] {
  return [...vault.index.tree.walk(null)].map(({ path }) => path.join('/'))
}
