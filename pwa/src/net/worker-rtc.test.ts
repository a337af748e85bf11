import assert from 'node:assert/strict'
import { test } from 'node:test'
import { servePeerConnections } from './page-rtc.ts'
import { WorkerChannel } from './worker-channel.ts'
import type { ToPage, ToWorker } from './rtc-messages.ts'

const INIT = { peer: 1, channel: 1, label: '', protocol: '', id: 0, isOpen: true }
const KiB = 1024

function channel(): { worker: WorkerChannel; said: ToPage[]; sizes(): number[] } {
  const said: ToPage[] = []
  const worker = new WorkerChannel(INIT, (message) => said.push(message))
  const sizes = (): number[] => said.flatMap((one) => (one.type === 'send' ? [one.data.byteLength] : []))
  return { worker, said, sizes }
}

test('what the worker sent counts as buffered until the page says that it has left, or senders would never wait', () => {
  const { worker } = channel()
  let low = 0
  worker.onbufferedamountlow = () => low++
  worker.send(new Uint8Array(10 * KiB))
  worker.send(new Uint8Array(10 * KiB))
  assert.equal(worker.bufferedAmount, 20 * KiB)
  const flushed = (bytes: number): void => worker.heard({ type: 'flushed', peer: 1, channel: 1, bytes })
  flushed(10 * KiB)
  assert.deepEqual([worker.bufferedAmount, low], [10 * KiB, 0])
  flushed(20 * KiB)
  assert.deepEqual([worker.bufferedAmount, low], [0, 1])
  flushed(20 * KiB)
  assert.equal(low, 1, 'told once for each time it was high')
})

test('pieces sent in one go travel together, in order, in messages that every peer takes', async () => {
  const { worker, said, sizes } = channel()
  for (let i = 0; i < 3; i++) {
    worker.send(Uint8Array.of(i))
    worker.send(new Uint8Array(10 * KiB).fill(i))
  }
  await Promise.resolve()
  assert.deepEqual(sizes(), [10 * KiB + 2, 10 * KiB + 1, 10 * KiB])
  const bytes = Buffer.concat(said.flatMap((one) => (one.type === 'send' ? [new Uint8Array(one.data)] : [])))
  const whole = Buffer.concat([0, 1, 2].map((i) => Buffer.alloc(10 * KiB + 1, i)))
  assert.equal(Buffer.compare(bytes, whole), 0)
})

test('what was sent before a close goes out, and after it nothing', async () => {
  const { worker, said } = channel()
  worker.send(Uint8Array.of(1))
  worker.close()
  assert.throws(() => worker.send(Uint8Array.of(2)), { name: 'InvalidStateError' })
  await Promise.resolve()
  assert.deepEqual(
    said.map(({ type }) => type),
    ['send', 'closeChannel']
  )
  let closed = 0
  worker.onclose = () => closed++
  worker.end()
  worker.end()
  assert.deepEqual([closed, worker.readyState], [1, 'closed'])
})

test('a peer that sends more than the worker takes loses its connection before it fills the page', async (t) => {
  const { port1, port2 } = new MessageChannel()
  const made: OnlyPeer[] = []
  class OnlyPeer extends EventTarget {
    connectionState = 'connected'
    ondatachannel: ((event: { channel: Record<string, unknown> }) => void) | undefined
    isClosed = false
    constructor() {
      super()
      made.push(this)
    }
    close(): void {
      this.isClosed = true
    }
  }
  Object.defineProperty(globalThis, 'RTCPeerConnection', { value: OnlyPeer, configurable: true })
  const stop = servePeerConnections(port1)
  t.after(() => {
    stop()
    port2.close()
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection')
  })
  const heard: ToWorker[] = []
  const isOver = new Promise<void>((resolve) => {
    port2.onmessage = ({ data }: MessageEvent<ToWorker>) => {
      heard.push(data)
      if (data.type === 'incoming') {
        const send = remote['onmessage'] as (event: { data: ArrayBuffer }) => void
        for (let i = 0; i < 20 && made[0]?.isClosed !== true; i++) send({ data: new ArrayBuffer(1024 * KiB) })
      }
      if (data.type === 'state' && data.state === 'closed') resolve()
    }
  })
  const remote: Record<string, unknown> = { label: '', protocol: '', id: 2, readyState: 'open' }
  const open: ToPage = { type: 'open', peer: 1 }
  port2.postMessage(open)
  while (made.length === 0) await new Promise((resolve) => setImmediate(resolve))
  made[0]!.ondatachannel?.({ channel: remote })
  await isOver
  assert.ok(made[0]!.isClosed)
  assert.equal(heard.filter(({ type }) => type === 'message').length, 16)
})
