import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../base/errors.ts'
import { concat } from '../base/bytes.ts'
import fc from 'fast-check'
import { FrameReader, frameParts, PREFIX_BYTES } from './frame.ts'
import type { Frame, FrameKind } from './frame.ts'

const LIMITS = { maxHeaderBytes: 2000, maxBodyBytes: 3000 }

const frames: fc.Arbitrary<Frame> = fc.record(
  {
    kind: fc.constantFrom<FrameKind>(1, 2, 3),
    id: fc.integer({ min: 0, max: 0xffffffff }),
    header: fc.uint8Array({ maxLength: 2000 }),
    body: fc.uint8Array({ maxLength: 3000 })
  },
  { noNullPrototype: true }
)

function read(pieces: Iterable<Uint8Array>): Frame[] {
  const found: Frame[] = []
  const reader = new FrameReader(LIMITS, (frame) => found.push(frame))
  for (const piece of pieces) reader.push(piece)
  return found
}

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('frames come back whole however the stream cuts them', () => {
  fc.assert(
    fc.property(fc.array(frames, { maxLength: 5 }), fc.integer({ min: 1, max: 6000 }), (sent, size) => {
      const bytes = concat(...sent.flatMap((frame) => frameParts(frame, LIMITS)))
      assert.deepEqual(read(cut(bytes, size)), sent)
    })
  )
})

test('a frame over a limit is refused by its prefix alone, before anything of it arrives', () => {
  for (const [headerBytes, bodyBytes] of [
    [2001, 0],
    [0, 3001],
    [0xffffffff, 0],
    [0, 0xffffffff]
  ] as const) {
    const prefix = new Uint8Array(PREFIX_BYTES)
    prefix[0] = 1
    new DataView(prefix.buffer).setUint32(5, headerBytes)
    new DataView(prefix.buffer).setUint32(9, bodyBytes)
    assert.throws(() => read([prefix]), { code: 'TOO_LARGE' })
  }
})

test('a frame over a limit is not sent', () => {
  const frame: Frame = { kind: 1, id: 1, header: new Uint8Array(0), body: new Uint8Array(3001) }
  assert.throws(() => frameParts(frame, LIMITS), { code: 'TOO_LARGE' })
})

test('garbage gives a named error or frames, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (garbage) => {
      try {
        read([garbage])
      } catch (error) {
        assert.ok(error instanceof HoldfastError)
      }
    })
  )
})
