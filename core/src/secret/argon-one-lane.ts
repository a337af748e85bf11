import { createBLAKE2b } from 'hash-wasm'
import type { IHasher } from 'hash-wasm'
import { argonProgram } from './argon-program.ts'
import type { ArgonProgram } from './argon-program.ts'

export interface OneLane {
  readonly password: Uint8Array
  readonly salt: Uint8Array
  /** At least 8. */
  readonly memoryKiB: number
  readonly passes: number
}

/**
 * Argon2id version 1.3 (RFC 9106) of one lane, 32 bytes: two thirds of the time hash-wasm takes, which computes one number at a time. Undefined
 * where the machine has no WebAssembly for two at once. Tests compare it with hash-wasm's.
 */
export async function argon2idOneLane(input: OneLane): Promise<Uint8Array | undefined> {
  const code = argonProgram()
  if (!WebAssembly.validate(code)) return undefined
  const blake2b64 = await createBLAKE2b(512)
  const lane = new Lane(input.memoryKiB, await instantiate(code, input.memoryKiB))
  const seed = hashed(blake2b64, ...headOf(input))
  for (const block of [0, 1]) lane.put(block, longHash(blake2b64, seed, uint32(block), uint32(0)))
  for (let pass = 0; pass < input.passes; pass++)
    for (let slice = 0; slice < SLICES; slice++) lane.fill(pass, slice, input.passes)
  return hashed(await createBLAKE2b(KEY_BYTES * 8), uint32(KEY_BYTES), lane.last())
}

const KEY_BYTES = 32
const BLOCK_BYTES = 1024
const PAGE_BYTES = 65_536
const SLICES = 4
const VERSION = 0x13
const ARGON2ID = 2
/** Numbers of 32 bits in a block, and pairs of them: one pair says which block is referred to. */
const BLOCK_NUMBERS = BLOCK_BYTES / 4
const PAIRS = BLOCK_NUMBERS / 2
/** Before the lane: what the program works in, zeros, and what makes references that no password can influence. */
const [ZEROS, COUNTERS, REFERENCES, LANE] = [1, 2, 3, 4].map((block) => block * BLOCK_BYTES) as [
  number,
  number,
  number,
  number
]

interface Running {
  readonly program: ArgonProgram
  readonly memory: WebAssembly.Memory
}

async function instantiate(code: Uint8Array<ArrayBuffer>, memoryKiB: number): Promise<Running> {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((LANE + memoryKiB * BLOCK_BYTES) / PAGE_BYTES) })
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(code), { host: { memory } })
  return { program: exports as unknown as ArgonProgram, memory }
}

class Lane {
  private readonly program: ArgonProgram
  private readonly bytes: Uint8Array
  private readonly numbers: Uint32Array
  /** Blocks: a multiple of 4, with what is left over of the memory unused. */
  private readonly blocks: number
  private readonly sliceBlocks: number

  constructor(memoryKiB: number, { program, memory }: Running) {
    this.program = program
    this.bytes = new Uint8Array(memory.buffer)
    this.numbers = new Uint32Array(memory.buffer)
    this.sliceBlocks = Math.floor(memoryKiB / SLICES)
    this.blocks = this.sliceBlocks * SLICES
  }

  put(block: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, addressOf(block))
  }

  last(): Uint8Array {
    return this.bytes.slice(addressOf(this.blocks - 1), addressOf(this.blocks))
  }

  /** A quarter of the lane, each block from the one before it and one that is referred to. */
  fill(pass: number, slice: number, passes: number): void {
    const { blocks, numbers, sliceBlocks, program } = this
    const isIndependent = pass === 0 && slice < SLICES / 2
    if (isIndependent) this.beginReferences([pass, 0, slice, blocks, passes, ARGON2ID])
    const isFirst = pass === 0 && slice === 0
    if (isFirst) this.nextReferences()
    const areaStart = pass === 0 || slice === SLICES - 1 ? 0 : (slice + 1) * sliceBlocks
    for (let i = isFirst ? 2 : 0; i < sliceBlocks; i++) {
      if (isIndependent && i % PAIRS === 0) this.nextReferences()
      const at = slice * sliceBlocks + i
      const before = addressOf(at === 0 ? blocks - 1 : at - 1)
      const j1 = numbers[isIndependent ? REFERENCES / 4 + (i % PAIRS) * 2 : before / 4]!
      const area = pass === 0 ? at - 1 : blocks - sliceBlocks + i - 1
      const referred = addressOf((areaStart + program.refer(j1, area)) % blocks)
      program.mix(before, referred, addressOf(at), pass === 0 ? 0 : 1)
    }
  }

  /** In the first half of the first pass; every second number of the six has 64 bits, as the counter after them. */
  private beginReferences(six: readonly number[]): void {
    this.numbers.fill(0, COUNTERS / 4, COUNTERS / 4 + BLOCK_NUMBERS)
    six.forEach((value, i) => (this.numbers[COUNTERS / 4 + i * 2] = value))
  }

  private nextReferences(): void {
    this.numbers[COUNTERS / 4 + 12]!++
    this.program.mix(ZEROS, COUNTERS, REFERENCES, 0)
    this.program.mix(ZEROS, REFERENCES, REFERENCES, 0)
  }
}

function addressOf(block: number): number {
  return LANE + block * BLOCK_BYTES
}

/** What H0 is the hash of, without a secret and without associated data. */
function headOf({ password, salt, memoryKiB, passes }: OneLane): Uint8Array[] {
  const numbers = [1, KEY_BYTES, memoryKiB, passes, VERSION, ARGON2ID]
  return [...numbers.map(uint32), uint32(password.length), password, uint32(salt.length), salt, uint32(0), uint32(0)]
}

/** H' for a whole block: 32 bytes of each of a chain of hashes, and all 64 of the last. */
function longHash(blake2b64: IHasher, ...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(BLOCK_BYTES)
  let link = hashed(blake2b64, uint32(BLOCK_BYTES), ...parts)
  for (let at = 0; at < BLOCK_BYTES - 64; at += 32) {
    out.set(link.subarray(0, 32), at)
    link = hashed(blake2b64, link)
  }
  out.set(link, BLOCK_BYTES - 64)
  return out
}

function hashed(hasher: IHasher, ...parts: readonly Uint8Array[]): Uint8Array {
  hasher.init()
  for (const part of parts) hasher.update(part)
  return hasher.digest('binary')
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)
}
