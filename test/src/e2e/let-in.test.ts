// Who lets a device in is told the truth about it, also when that device goes away before it could finish.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePairingLink } from '@holdfast/core/vault/pairing-messages'
import { Engine } from '@holdfast/core/engine/engine'
import { joinByLink, offerDevice } from '@holdfast/core/engine/account/pairing'
import type { NewHome } from '@holdfast/core/home/init'
import { listDevices } from '@holdfast/core/operations/devices'
import type { OperationEvent, OperationIo } from '@holdfast/core/operations/operation'
import { DiskPlace } from '@holdfast/node/home/disk-place'
import { initHome } from '@holdfast/node/home/open'
import { nodePlatform } from '@holdfast/node/home/platform'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-let-in-'))
const closing: (() => Promise<unknown>)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
  await rm(folder, { recursive: true, force: true })
})

test('a device that goes away before it has a passphrase was let in, is said not to have arrived, and is told from the one that comes after it', async () => {
  const { home } = await initHome(join(folder, 'laptop'), { name: 'laptop', passphrase: 'x' })
  const laptop = await Engine.start(home, { listen: ['/ip4/127.0.0.1/tcp/0'], connect: true })
  closing.push(() => laptop.stop().then(() => home.close()))

  const killed = new Error('killed')
  const ghost = await letIn(laptop, () => Promise.reject(killed))
  assert.equal(ghost.joining.status === 'rejected' && ghost.joining.reason, killed)
  assert.equal(ghost.admitted.arrived, false)

  const phone = await letIn(laptop, async () => ({ name: 'phone', passphrase: 'x' }))
  assert.equal(phone.admitted.arrived, true)
  assert.ok(phone.joining.status === 'fulfilled')
  const theirs = phone.joining.value.home
  const engine = await Engine.start(theirs, {})
  closing.push(() => engine.stop().then(() => theirs.close()))
  await engine.syncOnce()

  const listed = new Map((await devicesOf(laptop)).map((device) => [device['id'], device]))
  assert.equal(listed.size, 3)
  assert.equal(listed.get(home.secrets.device)?.['appeared'], true)
  assert.equal(listed.get(phone.admitted.device)?.['appeared'], true)
  assert.equal(listed.get(ghost.admitted.device)?.['appeared'], false)
  const alike = [...listed.values()].filter((device) => device['alike'] === true).map(({ id }) => id)
  assert.deepEqual(new Set(alike), new Set([ghost.admitted.device, phone.admitted.device]))
})

async function letIn(laptop: Engine, newHome: () => Promise<NewHome>) {
  const { link, finished } = offerDevice(laptop, { approve: async () => true })
  const place = new DiskPlace(join(folder, 'phone'))
  const options = { name: 'phone', newHome, showWords: () => undefined }
  const [joining, admitted] = await Promise.all([
    Promise.allSettled([joinByLink(place, nodePlatform, decodePairingLink(link), options)]),
    finished
  ])
  return { joining: joining[0], admitted }
}

async function devicesOf(engine: Engine): Promise<OperationEvent[]> {
  const events: OperationEvent[] = []
  const io = { emit: async (event: OperationEvent) => void events.push(event) }
  await listDevices(engine, null, io as OperationIo)
  return events
}
