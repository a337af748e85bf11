import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import type { MeetingPipe } from '../../net/meet.ts'
import type { Wait } from '../../ports/wait.ts'
import { pairAtOneOf as pairWith } from './pairing-places.ts'
import type { PairAtOptions, PairingExchange, PairingPlace } from './pairing-places.ts'

const HONEST = new Uint8Array([1])
const DONE = new Uint8Array([2])
const GARBAGE = new Uint8Array([0])

/** A place that says at once that the other device is there, then gives these frames and, after them, nothing. */
function place(frames: readonly (Uint8Array | HoldfastError)[], log: string[] = [], name = ''): PairingPlace {
  return async () => {
    const left = [...frames]
    let cut: (error: HoldfastError) => void = () => undefined
    const silence = new Promise<never>((_, reject) => (cut = reject))
    silence.catch(() => undefined)
    const pipe: MeetingPipe = {
      send: async () => undefined,
      async next() {
        const frame = left.shift()
        if (frame instanceof HoldfastError) throw frame
        return frame ?? silence
      },
      close: () => void log.push(`${name} closed`),
      abort() {
        log.push(`${name} aborted`)
        cut(new HoldfastError('DISCONNECTED'))
      }
    }
    return pipe
  }
}

/** Time is turns of the event loop: what can happen without time passing has happened before. */
const wait: Wait = async (ms, signal) => {
  for (let turns = 0; turns < 20 + ms; turns++) {
    if (signal?.aborted === true) throw new HoldfastError('ABORTED')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function pairAtOneOf<T>(
  places: readonly PairingPlace[],
  exchange: PairingExchange<T>,
  options: Omit<PairAtOptions, 'wait'> = {}
): Promise<T> {
  return pairWith(places, exchange, { ...options, wait })
}

/** Two frames, of which the first proves the other device. */
const exchange: PairingExchange<Uint8Array> = async (pipe, claim) => {
  if ((await pipe.next())[0] !== 1) throw new HoldfastError('DECRYPT_FAILED')
  await claim()
  return pipe.next()
}

const lost = new HoldfastError('DISCONNECTED')
const nowhere: PairingPlace = async () => Promise.reject(new HoldfastError('NO_PEER'))

test('a relay that says at once that the other device is there, and lies, ends no pairing at another one', async () => {
  const log: string[] = []
  const places = [place([GARBAGE], log, 'liar'), place([], log, 'mute'), nowhere, place([HONEST, DONE], log, 'honest')]
  assert.equal(await pairAtOneOf(places, exchange), DONE)
  assert.ok(log.includes('liar aborted') && log.includes('mute aborted') && log.includes('honest closed'))
})

test('when the place that was first fails half way the next one has its turn, and not before', async () => {
  const order: string[] = []
  const told: PairingExchange<Uint8Array> = async (pipe, claim) => {
    const first = await pipe.next()
    await claim()
    order.push(first === HONEST ? 'late' : 'early')
    return pipe.next().finally(() => order.push('ended'))
  }
  const early = new Uint8Array([1])
  const once = place([early, lost])
  let tried = false
  const gone: PairingPlace = (signal) => (tried ? nowhere(signal) : ((tried = true), once(signal)))
  assert.equal(await pairAtOneOf([gone, place([HONEST, DONE])], told), DONE)
  assert.deepEqual(order, ['early', 'ended', 'late', 'ended'])
})

test('who says nothing is not waited for', async () => {
  let tried = 0
  const mute: PairingPlace = (signal) => (tried++ === 0 ? place([])(signal) : place([HONEST, DONE])(signal))
  assert.equal(await pairAtOneOf([mute], exchange, { firstFrameMs: 1 }), DONE)
})

test('what a person decided, or a pairing that went too far, ends it at all places', async () => {
  const declined: PairingExchange<never> = async (_, claim) => {
    await claim()
    throw new HoldfastError('PAIRING_DECLINED')
  }
  await assert.rejects(pairAtOneOf([place([]), place([])], declined), { code: 'PAIRING_DECLINED' })
  await assert.rejects(pairAtOneOf([place([HONEST, lost]), place([])], exchange, { isFinal: () => true }), {
    code: 'DISCONNECTED'
  })
  await assert.rejects(pairAtOneOf([place([])], exchange, { signal: AbortSignal.abort() }), { code: 'ABORTED' })
})

test('a pairing that went too far is not ended by a place where nothing happens, but by its own', async () => {
  let admitted = false
  let idleEnded = 0
  const idle: PairingPlace = async (signal) => {
    const pipe = await place([])(signal)
    return { ...pipe, abort: () => (idleEnded++, pipe.abort()) }
  }
  /** Lets the other device in, which takes its time until the idle place has been given up. */
  const patient: PairingExchange<Uint8Array> = async (pipe, claim) => {
    await pipe.next()
    await claim()
    admitted = true
    while (idleEnded === 0) await wait(1)
    await wait(1)
    return pipe.next()
  }
  const options = { firstFrameMs: 1, isFinal: () => admitted }
  assert.equal(await pairAtOneOf([place([HONEST, DONE]), idle], patient, options), DONE)
  ;[admitted, idleEnded] = [false, 0]
  await assert.rejects(pairAtOneOf([idle, place([HONEST, lost])], patient, options), { code: 'DISCONNECTED' })
})

test('where no place is left the most telling reason is given', async () => {
  const old: PairingPlace = async () => Promise.reject(new HoldfastError('PAIRING_EXPIRED'))
  await assert.rejects(pairAtOneOf([nowhere, old], exchange), { code: 'PAIRING_EXPIRED' })
  await assert.rejects(pairAtOneOf([nowhere], exchange), { code: 'NO_PEER' })
  await assert.rejects(pairAtOneOf([], exchange), { code: 'NO_PEER' })
})
