// Two computers of one person and a stranger on one network, without any relay: real processes that have nothing but multicast to find each other.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { newPlace, type Line, type Running } from './testing.ts'

const place = await newPlace({ discovers: true })
const pi = new Pi(join(place.folder, 'pi'), [`/ip4/127.0.0.1/tcp/${await freePort()}`])
after(async () => {
  await pi.goDown('SIGKILL')
  await place.remove()
})
const { json } = place

/** Each time another port: what was known before leads nowhere. */
const goUp = (home: string): Promise<Running> =>
  place.start(['up', '--json', '--home', home, '--listen', '/ip4/127.0.0.1/tcp/0'], 'ready')

test('two laptops find each other without any relay or with one that is off, and a stranger finds nobody', async (t) => {
  if (!(await hasMulticast())) return t.skip('note: this machine passes no multicast on; nothing was found by it')
  await Promise.all(['stranger', 'a'].map((name) => json(['init', '--home', name, '--name', name])))
  const offer = await place.start(['pair', '--yes', '--json', '--home', 'a'], 'link')
  await json(['pair', String(offer.line['link']), '--home', 'b', '--name', 'b'])
  assert.equal((await offer.ended).code, 0)

  const running = await Promise.all(['stranger', 'a', 'b'].map(goUp))
  await json(['add', '-', '--to', '/note.txt', '--home', 'a'], 0, 'over the air')
  await until(async () => (await place.run(['cat', '/note.txt', '--home', 'b'])).stdout.toString() === 'over the air')
  assert.deepEqual(await peersOf('stranger'), [])
  assert.deepEqual(
    (await peersOf('a')).map(({ name, connected }) => [name, connected]),
    [['b', true]]
  )

  // With a relay that both know and that is off, it is the same.
  await pi.goUp()
  await json(['relay', 'add', await pi.invite(), '--home', 'a'])
  await until(async () => (await peersOf('b')).some(({ role }) => role === 'relay'))
  await pi.goDown('SIGKILL')
  running.pop()!.child.kill('SIGKILL')
  await json(['add', '-', '--to', '/later.txt', '--home', 'a'], 0, 'later')
  await until(async () => {
    await place.run(['sync', '--once', '--home', 'b'])
    return (await place.run(['cat', '/later.txt', '--home', 'b'])).stdout.toString() === 'later'
  })
  for (const { child, ended } of running) {
    child.kill('SIGTERM')
    assert.equal((await ended).code, 0)
  }
})

type Peer = { readonly name: string; readonly connected: boolean; readonly role: string }

async function peersOf(home: string): Promise<readonly Peer[]> {
  const [status] = (await json(['status', '--home', home])) as [Line]
  return status['peers'] as Peer[]
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(250)
}

/** Whether what one process says to a group, another one on this machine hears. */
async function hasMulticast(): Promise<boolean> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    socket.bind(0)
    await once(socket, 'listening')
    socket.addMembership('224.0.0.251')
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(3000) })
    socket.send('holdfast', socket.address().port, '224.0.0.251')
    await heard
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}
