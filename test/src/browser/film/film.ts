import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '@holdfast/node/story/process/programs'
import { noise } from '../../conformance/subject.ts'

/**
 * A WebM film of `size` bytes and ten minutes that any player can jump about in: the same two seconds over and over (clip.webm, drawn by a browser
 * on a canvas and recorded by its MediaRecorder), each followed by as much padding as it takes, of noise, so that nothing of it can be stored
 * once for all.
 */
export function film(size: number): Buffer {
  const { header, tracks, frames } = partsOf(readFileSync(join(ROOT, 'test', 'src', 'browser', 'film', 'clip.webm')))
  const info = element(INFO, [
    element(TIMECODE_SCALE, [unsigned(1_000_000)]),
    element(DURATION, [double(SCENES * SCENE_MS)]),
    element(MUXING_APP, [Buffer.from('holdfast')]),
    element(WRITING_APP, [Buffer.from('holdfast')])
  ])
  const cuesBytes = cues([]).length
  const start = info.length + tracks.length + cuesBytes
  const room = size - header.length - SEGMENT_HEAD - start
  const scenes = Array.from({ length: SCENES }, (_, at) => {
    const bytes = Math.floor((room * (at + 1)) / SCENES) - Math.floor((room * at) / SCENES)
    return scene(at, frames, bytes)
  })
  const places: number[] = []
  let place = start
  for (const one of scenes) {
    places.push(place)
    place += one.length
  }
  return Buffer.concat([header, element(SEGMENT, [info, tracks, cues(places), ...scenes])])
}

const SCENES = 300
const SCENE_MS = 2000

/** Frames, then a Void element that fills the cluster up to `bytes`. */
function scene(at: number, frames: Buffer, bytes: number): Buffer {
  const time = element(TIMECODE, [unsigned(at * SCENE_MS)])
  const padding = bytes - head(CLUSTER, 0).length - time.length - frames.length - head(VOID, 0).length
  return element(CLUSTER, [time, frames, element(VOID, [Buffer.from(noise(at, padding))])])
}

/** Where each scene begins, counted from the start of the segment's content; as long for none as for all. */
function cues(places: readonly number[]): Buffer {
  const points = Array.from({ length: SCENES }, (_, at) =>
    element(CUE_POINT, [
      element(CUE_TIME, [unsigned(at * SCENE_MS)]),
      element(CUE_POSITIONS, [element(CUE_TRACK, [unsigned(1)]), element(CUE_CLUSTER, [unsigned(places[at] ?? 0)])])
    ])
  )
  return element(CUES, points)
}

/** What a recording of one cluster is made of: what stands before its segment, its tracks, and its blocks. */
function partsOf(clip: Buffer): { header: Buffer; tracks: Buffer; frames: Buffer } {
  const top = childrenOf(clip)
  const [ebml, segment] = top
  const inSegment = childrenOf(segment!.content)
  const clusters = inSegment.filter(({ id }) => id === CLUSTER)
  if (clusters.length !== 1) throw new Error('the clip has to be one cluster')
  const blocks = childrenOf(clusters[0]!.content).filter(({ id }) => id === SIMPLE_BLOCK || id === BLOCK_GROUP)
  return {
    header: ebml!.whole,
    tracks: inSegment.find(({ id }) => id === TRACKS)!.whole,
    frames: Buffer.concat(blocks.map(({ whole }) => whole))
  }
}

interface Element {
  readonly id: number
  readonly content: Buffer
  readonly whole: Buffer
}

function childrenOf(bytes: Buffer): Element[] {
  const found: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const idBytes = Math.clz32(bytes[at]!) - 23
    const sizeBytes = Math.clz32(bytes[at + idBytes]!) - 23
    const start = at + idBytes + sizeBytes
    let size = bytes[at + idBytes]! & (0xff >> sizeBytes)
    for (let i = 1; i < sizeBytes; i++) size = size * 256 + bytes[at + idBytes + i]!
    const end = Math.min(bytes.length, start + size)
    found.push({
      id: bytes.readUIntBE(at, idBytes),
      content: bytes.subarray(start, end),
      whole: bytes.subarray(at, end)
    })
    at = end
  }
  return found
}

/** Sizes always take eight bytes. */
function element(id: number, content: readonly Buffer[]): Buffer {
  const size = content.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([head(id, size), ...content])
}

function head(id: number, size: number): Buffer {
  const idBytes = id < 0x100 ? 1 : id < 0x10000 ? 2 : id < 0x1000000 ? 3 : 4
  const bytes = Buffer.alloc(idBytes + 8)
  bytes.writeUIntBE(id, 0, idBytes)
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(size), idBytes)
  return bytes
}

function unsigned(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes
}

const SEGMENT = 0x18538067
const SEGMENT_HEAD = 12
const INFO = 0x1549a966
const TIMECODE_SCALE = 0x2ad7b1
const DURATION = 0x4489
const MUXING_APP = 0x4d80
const WRITING_APP = 0x5741
const TRACKS = 0x1654ae6b
const CUES = 0x1c53bb6b
const CUE_POINT = 0xbb
const CUE_TIME = 0xb3
const CUE_POSITIONS = 0xb7
const CUE_TRACK = 0xf7
const CUE_CLUSTER = 0xf1
const CLUSTER = 0x1f43b675
const TIMECODE = 0xe7
const SIMPLE_BLOCK = 0xa3
const BLOCK_GROUP = 0xa0
const VOID = 0xec
