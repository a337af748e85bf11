import {
  eightTimes,
  get,
  i32,
  ifElse,
  load128,
  minus,
  narrowed,
  or128,
  plus,
  plus64x2,
  set,
  shiftedLeft64x2,
  shiftedRight64x2,
  shuffled,
  store128,
  times64,
  timesLow32x2,
  upper32,
  wasmModule,
  widened,
  xor128
} from './wasm-code.ts'
import type { Code } from './wasm-code.ts'

/** What the program gives. All numbers have 32 bits; addresses are those of blocks of 1024 bytes in its memory. */
export interface ArgonProgram {
  /** G of RFC 9106, 3.5, of two blocks into a third, which may be one of them; `keeps`: XORed onto what is there. The first block of the memory is its own. */
  mix(one: number, other: number, into: number, keeps: 0 | 1): void
  /** Which block of an area is referred to, counted from its start: RFC 9106, 3.4.2. */
  refer(j1: number, area: number): number
}

/** The same two additions, rotations and products for two numbers at once, which all processors of today have and hash-wasm does not use. */
export function argonProgram(): Uint8Array<ArrayBuffer> {
  return wasmModule([
    {
      name: 'mix',
      parameters: 4,
      returnsNumber: false,
      locals32: 1,
      locals128: 9,
      code: [...mixRows(), ...mixColumns()]
    },
    { name: 'refer', parameters: 2, returnsNumber: true, locals32: 0, locals128: 0, code: refer() }
  ])
}

const [ONE, OTHER, INTO, KEEPS, AT] = [0, 1, 2, 3, 4]
/** Eight pairs of numbers of 64 bits: what one round mixes. */
const V = [5, 6, 7, 8, 9, 10, 11, 12] as const
const SPARE = 13

/** Each row of 128 bytes of both blocks, XORed: kept in `into`, mixed and put into the first block. */
function mixRows(): Code {
  const each = (make: (local: number, offset: number) => Code): Code => V.flatMap((local, j) => make(local, 16 * j))
  return eightTimes(AT, 128, [
    ...each((local, offset) => set(local, xor128(load128(ONE, offset), load128(OTHER, offset)))),
    ...ifElse(
      get(KEEPS),
      each((local, offset) => store128(INTO, offset, xor128(load128(INTO, offset), get(local)))),
      each((local, offset) => store128(INTO, offset, get(local)))
    ),
    ...round(),
    ...each((local, offset) => store128(AT, offset, get(local))),
    ...[ONE, OTHER, INTO].flatMap((local) => set(local, plus(get(local), i32(128))))
  ])
}

/** Each column of the first block, mixed and XORed onto `into`. */
function mixColumns(): Code {
  const each = (make: (local: number, offset: number) => Code): Code => V.flatMap((local, j) => make(local, 128 * j))
  return [
    ...set(INTO, minus(get(INTO), i32(1024))),
    ...eightTimes(AT, 16, [
      ...each((local, offset) => set(local, load128(AT, offset))),
      ...round(),
      ...each((local, offset) => store128(INTO, offset, xor128(load128(INTO, offset), get(local)))),
      ...set(INTO, plus(get(INTO), i32(16)))
    ])
  ]
}

/** P: the four columns of a matrix of 4 by 4 numbers, then its four diagonals. A pair of locals holds a row of it. */
function round(): Code {
  const [a0, a1, b0, b1, c0, c1, d0, d1] = V
  return [
    ...quarters([a0, b0, c0, d0], [a1, b1, c1, d1]),
    ...rowTurned(b0, b1, 'left'),
    ...rowTurned(d0, d1, 'right'),
    ...quarters([a0, b0, c1, d0], [a1, b1, c0, d1]),
    ...rowTurned(b0, b1, 'right'),
    ...rowTurned(d0, d1, 'left')
  ]
}

/** A row of four numbers in two locals, each number one place on. */
function rowTurned(x: number, y: number, to: 'left' | 'right'): Code {
  const [middle, ends] = [shuffled(get(x), get(y), SECOND_AND_FIRST), shuffled(get(y), get(x), SECOND_AND_FIRST)]
  const [first, second] = to === 'left' ? [middle, ends] : [ends, middle]
  return [...set(SPARE, first), ...set(y, second), ...set(x, get(SPARE))]
}

type Quarter = readonly [a: number, b: number, c: number, d: number]

/** GB of BLAKE2b with products, for all quarters: step by step, because none waits for the other. */
function quarters(...all: readonly Quarter[]): Code {
  const half = (towardsD: number, towardsB: number): Code => [
    ...all.flatMap(([a, b]) => addWithProduct(a, b)),
    ...all.flatMap(([a, , , d]) => xorAndRotate(d, a, towardsD)),
    ...all.flatMap(([, , c, d]) => addWithProduct(c, d)),
    ...all.flatMap(([, b, c]) => xorAndRotate(b, c, towardsB))
  ]
  return [...half(32, 24), ...half(16, 63)]
}

/** a = a + b + 2 · low32(a) · low32(b). */
function addWithProduct(a: number, b: number): Code {
  const low = (local: number): Code => shuffled(get(local), get(local), LOW_HALVES)
  return [
    ...set(SPARE, timesLow32x2(low(a), low(b))),
    ...set(a, plus64x2(plus64x2(get(a), get(b)), plus64x2(get(SPARE), get(SPARE))))
  ]
}

function xorAndRotate(target: number, other: number, bits: number): Code {
  return [...set(target, xor128(get(target), get(other))), ...set(target, rotated(target, bits))]
}

function rotated(local: number, bits: number): Code {
  if (bits === 32) return shuffled(get(local), get(local), HALVES_CHANGED)
  if (bits === 16) return shuffled(get(local), get(local), TWO_BYTES_ON)
  const carried = bits === 63 ? plus64x2(get(local), get(local)) : shiftedLeft64x2(get(local), 64 - bits)
  return or128(carried, shiftedRight64x2(get(local), bits))
}

/** area - 1 - (area · (j1² >> 32) >> 32). */
function refer(): Code {
  const [j1, area] = [widened(get(0)), widened(get(1))]
  const back = upper32(times64(area, upper32(times64(j1, j1))))
  return minus(minus(get(1), i32(1)), narrowed(back))
}

const SECOND_AND_FIRST = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
const LOW_HALVES = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]
const HALVES_CHANGED = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]
const TWO_BYTES_ON = [2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9]
