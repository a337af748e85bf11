import assert from 'node:assert/strict'
import type { EntryBytes } from '@holdfast/core/log/entry'
import { MemoryDisk } from '../../fakes/memory-disk.ts'
import type { DiskImage } from '../../fakes/memory-disk.ts'
import type { Device } from './device.ts'
import { connect, exchange, turns } from './link.ts'
import { hostile } from './malice.ts'
import type { Malice } from './malice.ts'
import { assertSame, picture } from './picture.ts'
import type { Relay } from './relay.ts'
import { twoDevicesAndRelay } from './scene.ts'

export interface Stage {
  readonly laptop: Device
  readonly relay: Relay
  /** The entries by which the laptop added two files; the phone has neither. */
  readonly a: EntryBytes
  readonly b: EntryBytes
  readonly phone: Device
  readonly image: DiskImage
}

/** A laptop that added two files in two entries, a relay that has them, and a phone that has not heard of them. */
export async function stage(): Promise<Stage> {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ 'old.txt': 'old' })
  await phone.close()
  await laptop.write('a.txt', 'content of a')
  await laptop.write('b.txt', 'content of b')
  await exchange(laptop, relay)
  const { log, store } = laptop.vault.replica
  const [first, second] = log.order().slice(-2)
  const [a, b] = [(await store.entryBytes(first!))!, (await store.entryBytes(second!))!]
  return { laptop, relay, a, b, phone, image: phone.disk.image() }
}

/**
 * The phone meets a relay that lies, is not changed by it, and has everything after it has met the laptop, and after a
 * restart. Returns what it found wrong with the relay.
 */
export async function withstands(
  name: string,
  { laptop, relay, phone, image }: Stage,
  malice: Malice
): Promise<string[]> {
  const disk = new MemoryDisk()
  disk.restore(image)
  const victim = phone.twin(disk)
  await victim.open()
  const before = picture(victim)
  const link = connect(victim, relay, { hostile: hostile(malice) })
  // A relay that breaks the protocol leaves the session waiting: it is given a while, not waited for.
  await Promise.race([link.settled().catch(() => undefined), turns(80)])
  link.close()
  await victim.settle()
  assert.deepEqual(picture(victim), before, name)
  assert.equal(await victim.text('old.txt'), 'old')
  const codes = victim.codes(relay.id)
  await exchange(victim, laptop)
  await victim.restart()
  assertSame(victim, laptop)
  assert.equal(await victim.text('a.txt'), 'content of a')
  assert.equal(await victim.text('b.txt'), 'content of b')
  await victim.close()
  return codes
}
