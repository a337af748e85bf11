import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { ownCard } from '@holdfast/core/engine/account/contacts'
import { Engine } from '@holdfast/core/engine/engine'
import type { Received } from '@holdfast/core/engine/mail/mail-inbox'
import { openHome } from '@holdfast/node/home/open'
import { initHome } from '@holdfast/node/home/open'
import { ask, RelayProcess } from '@holdfast/relay-pi/testing/relay-process'
import { until } from './world.ts'

/** One account with one device at a relay of its own. */
interface Person {
  readonly heard: Received<'request'>[]
  engine: Engine
  goUp(): Promise<Engine>
  goDown(): Promise<void>
}

test('two accounts at different relays hear each other although they are never online together, and a relay is killed between', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-mail-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const [north, south] = [await RelayProcess.start(join(folder, 'R1')), await RelayProcess.start(join(folder, 'R2'))]
  let running = [north, south]
  t.after(() => Promise.all(running.map((relay) => relay.end('SIGKILL'))))
  const [anna, carl] = [await person(t, join(folder, 'A'), north), await person(t, join(folder, 'C'), south)]
  const [annasCard, carlsCard] = [await ownCard(anna.engine), await ownCard(carl.engine)]
  await anna.goDown()
  await carl.goDown()

  const sending = await anna.goUp()
  await sending.mail.send(carlsCard, { kind: 'request', text: 'hello' })
  await sending.mail.send(carlsCard, { kind: 'request', text: 'hello again' })
  await until(async () => ((await sending.mail.waiting()).length === 0 ? true : undefined))
  await anna.goDown()
  await south.end('SIGKILL')
  const address = south.addresses[0]!.replace(/\/p2p\/.*/, '')
  running = [north, await RelayProcess.start(south.home, '--listen', address)]

  const reading = await carl.goUp()
  await until(async () => (carl.heard.length === 2 ? true : undefined))
  assert.deepEqual(
    carl.heard.map(({ sender, content }) => [sender.account, content.text]),
    [
      [annasCard.account, 'hello'],
      [annasCard.account, 'hello again']
    ]
  )
  await reading.mail.send(annasCard, { kind: 'request', text: 'and you' })
  await until(async () => ((await reading.mail.waiting()).length === 0 ? true : undefined))
  await carl.goDown()

  await (await anna.goUp()).syncOnce()
  await until(async () => (anna.heard.length === 1 ? true : undefined))
  assert.equal(anna.heard[0]?.content.text, 'and you')

  const again = await carl.goUp()
  await again.mail.exchange()
  assert.equal(carl.heard.length, 2, 'nothing comes twice')
  await anna.engine.mail.send(carlsCard, { kind: 'request', text: 'live' })
  await until(async () => (carl.heard.length === 3 ? true : undefined))
  assert.deepEqual([anna.engine.problems(), carl.engine.problems()], [[], []])
})

async function person(t: TestContext, folder: string, relay: RelayProcess): Promise<Person> {
  const { home } = await initHome(folder, { passphrase: 'for tests', name: 'laptop', storeCredentials: true })
  const heard: Received<'request'>[] = []
  const hear = (engine: Engine): Engine => {
    engine.mail.onContent('request', async (received) => void heard.push(received))
    return engine
  }
  const self: Person = {
    heard,
    engine: hear(await Engine.start(home, { connect: true })),
    async goUp() {
      self.engine = hear(await Engine.start(await openHome(folder, {})))
      await self.engine.goOnline()
      return self.engine
    },
    async goDown() {
      await self.engine.stop()
      await self.engine.home.close()
    }
  }
  t.after(() => self.goDown())
  await self.engine.addRelay(String((await ask(relay.home, 'invite'))['code']))
  return self
}
