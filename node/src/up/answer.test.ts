// Somebody who starts the process and asks it something gets an answer, however much was done in the folders meanwhile.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Engine } from '@holdfast/core/engine/engine'
import { openHome } from '@holdfast/core/home/home'
import type { OperationEvent } from '@holdfast/core/ports/operation-io'
import { DEFAULTS } from '../config/keys.ts'
import { connectControl } from '../control/client.ts'
import { person } from '../control/testing.ts'
import { foldersOf } from '../folder/folders.ts'
import { DiskPlace } from '../home/disk-place.ts'
import { initHome } from '../home/open.ts'
import { nodePlatform } from '../home/platform.ts'
import { unlockFromDisk } from '../home/unlock.ts'
import { newLog } from '../log/log.ts'
import { answerCommands } from './answer.ts'
import { Ends } from './ends.ts'
import { openEngine } from './open.ts'

const place = mkdtempSync(join(tmpdir(), 'holdfast-answer-'))
const ends = new Ends()
after(async () => {
  await ends.run()
  rmSync(place, { recursive: true })
})

const settings = { ...DEFAULTS, 'connect.discover': false }
const listen = ['/ip4/127.0.0.1/tcp/0']
const folder = join(place, 'F')
const made = await initHome(join(place, 'home'), { name: 'a', passphrase: 'correct horse', storeCredentials: true })
await made.home.close()
// Ahead by a little: nothing was written just now, so nobody has to be waited for.
const { clock } = nodePlatform
const ahead = { nowMs: () => clock.nowMs() + 10_000, monotonicMs: () => clock.monotonicMs() }
const home = await openHome(new DiskPlace(join(place, 'home')), { ...nodePlatform, clock: ahead }, unlockFromDisk({}))
ends.push(() => home.close())

test('while the folders are looked through, status says so, files are read, and what needs others waits, says why and can be called off', async () => {
  const before = await Engine.start(home)
  const kept = await (await foldersOf(before)).add(folder, [])
  writeFileSync(join(folder, 'old'), 'old')
  await kept.pass()
  await before.stop()
  writeFileSync(join(folder, 'new'), 'new')
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const { put } = home.blobs
  const sealed = new Promise<void>((resolve) => {
    home.blobs.put = async (...args) => {
      resolve()
      await held
      await put.apply(home.blobs, args)
    }
  })
  const opened = await openEngine(home, settings, { listen, signal: new AbortController().signal, ends })
  const { engine } = opened
  const socket = { path: join(place, 'control.sock'), makeFolder: undefined }
  const control = await answerCommands(
    socket,
    opened,
    newLog({ sink: () => undefined, nowMs: Date.now, least: 'info' })
  )
  ends.push(() => control.close())
  const has = (name: string): boolean => engine.vault.index.tree.resolve([name]) !== undefined
  const online = engine.goOnline().then(() => has('new'))
  await sealed
  const call = async (op: string, args: unknown, io = person()): Promise<OperationEvent[]> => {
    await (await connectControl(socket))!.call(op, args, io)
    return io.events
  }

  const [status] = await call('status', {})
  assert.deepEqual([status!['state'], status!['online']], ['syncing', false])
  assert.match(String(status!['message']), /looked through/)
  const [shown] = status!['folders'] as Record<string, unknown>[]
  assert.equal(shown!['state'], 'syncing')
  assert.equal((shown!['pass'] as Record<string, unknown>)['step'], 'sealing')
  const reader = person()
  await call('cat', { paths: ['/old'] }, reader)
  assert.equal(Buffer.concat(reader.written).toString(), 'old')
  const impatient = new AbortController()
  const progress: OperationEvent[] = []
  const waiter = {
    ...person({ signal: impatient.signal }),
    progress(event: OperationEvent) {
      progress.push(event)
      impatient.abort()
    }
  }
  await assert.rejects(call('sync', {}, waiter), { code: 'ABORTED' })
  assert.deepEqual([progress[0]!['waitsFor'], progress[0]!['path']], ['folders', kept.record.path])
  assert.deepEqual([has('new'), engine.isOnline], [false, false])

  release()
  await opened.caughtUp
  home.blobs.put = put
  assert.equal(await online, true, 'told before it was online')
  assert.equal((await call('status', {}))[0]!['online'], true)
  await control.close()
  await engine.stop()
})

test('stopped before the folders were told of it does not go online', async () => {
  const { engine, caughtUp } = await openEngine(home, settings, { listen, signal: AbortSignal.abort(), ends })
  await assert.rejects(engine.goOnline(), { code: 'ABORTED' })
  await assert.rejects(caughtUp, { code: 'ABORTED' })
  assert.deepEqual([engine.isOnline, engine.isGoingOnline], [false, false])
  await engine.stop()
})
