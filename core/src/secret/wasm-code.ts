/** Just the WebAssembly that `argon-program.ts` is written in. Code is a list of bytes; what takes operands puts them first. */
export type Code = readonly number[]

export function get(local: number): Code {
  return [0x20, ...unsigned(local)]
}

export function set(local: number, value: Code): Code {
  return [...value, 0x21, ...unsigned(local)]
}

export function i32(value: number): Code {
  return [0x41, ...signed(value)]
}

/** Operators of 32-bit and of 64-bit numbers; `widened` takes 32 unsigned bits to 64, `narrowed` keeps the low 32. */
export const plus = binary(0x6a)
export const minus = binary(0x6b)
export const times64 = binary(0x7e)
export const widened = (value: Code): Code => [...value, 0xad]
export const narrowed = (value: Code): Code => [...value, 0xa7]
export const upper32 = (value: Code): Code => [...value, 0x42, 32, 0x88]

/** 16 bytes at an address in a local, `offset` bytes on. */
export function load128(address: number, offset: number): Code {
  return [...get(address), ...simd(0), ALIGNED_16, ...unsigned(offset)]
}

export function store128(address: number, offset: number, value: Code): Code {
  return [...get(address), ...value, ...simd(11), ALIGNED_16, ...unsigned(offset)]
}

/** Two numbers of 64 bits at once. */
export const xor128 = binary(...simd(81))
export const or128 = binary(...simd(80))
export const plus64x2 = binary(...simd(206))
/** The products of the first two of four numbers of 32 bits. */
export const timesLow32x2 = binary(...simd(222))
export const shiftedLeft64x2 = (value: Code, bits: number): Code => [...value, ...i32(bits), ...simd(203)]
export const shiftedRight64x2 = (value: Code, bits: number): Code => [...value, ...i32(bits), ...simd(205)]
/** 16 bytes out of 32, by their numbers. */
export const shuffled = (a: Code, b: Code, bytes: readonly number[]): Code => [...a, ...b, ...simd(13), ...bytes]

/** Runs `body` eight times with 0, `step`, 2 `step` … in a local. */
export function eightTimes(local: number, step: number, body: Code): Code {
  const next = plus(get(local), i32(step))
  return [
    ...set(local, i32(0)),
    0x03,
    0x40,
    ...body,
    ...set(local, next),
    ...get(local),
    ...i32(8 * step),
    0x49,
    0x0d,
    0,
    0x0b
  ]
}

export function ifElse(condition: Code, yes: Code, no: Code): Code {
  return [...condition, 0x04, 0x40, ...yes, 0x05, ...no, 0x0b]
}

export interface WasmFunction {
  readonly name: string
  /** Of 32 bits each: the first locals. */
  readonly parameters: number
  readonly returnsNumber: boolean
  /** Locals after the parameters: first those of 32 bits, then those of 128. */
  readonly locals32: number
  readonly locals128: number
  readonly code: Code
}

/** A module of these functions, on a memory that it imports as `host.memory`. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, returnsNumber }) => [
    ...[0x60, parameters, ...Array.from({ length: parameters }, () => I32)],
    ...(returnsNumber ? [1, I32] : [0])
  ])
  const bodies = functions.map(({ locals32, locals128, code }) => {
    const body = [2, ...unsigned(locals32), I32, ...unsigned(locals128), V128, ...code, 0x0b]
    return [...unsigned(body.length), ...body]
  })
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...text('host'), ...text('memory'), 2, 0, 1]]),
    ...section(
      3,
      functions.map((_, number) => [number])
    ),
    ...section(
      7,
      functions.map(({ name }, number) => [...text(name), 0, number])
    ),
    ...section(10, bodies)
  ])
}

const ALIGNED_16 = 4
const I32 = 0x7f
const V128 = 0x7b

function binary(...operator: number[]): (a: Code, b: Code) => Code {
  return (a, b) => [...a, ...b, ...operator]
}

function simd(operator: number): number[] {
  return [0xfd, ...unsigned(operator)]
}

function section(id: number, items: readonly Code[]): Code {
  const bytes = [...unsigned(items.length), ...items.flat()]
  return [id, ...unsigned(bytes.length), ...bytes]
}

function text(ascii: string): Code {
  return [ascii.length, ...[...ascii].map((character) => character.charCodeAt(0))]
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)]
}
