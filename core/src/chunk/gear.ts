/**
 * The public Gear table: one 32-bit number per byte value, the same everywhere and for ever. It hides nothing: it only
 * thins positions to those the keyed gate is asked about. Made by a Weyl sequence of step 0x9e3779b9 from the
 * seed given here through the finaliser of MurmurHash3; frozen by a vector in gear.test.ts.
 */
export const GEAR: Int32Array = gearTable(0x484f4c44) // "HOLD" in ASCII

/**
 * A position is a candidate when bits 8 to 15 of the rolling hash are zero: 1 in 256. A byte leaves the hash one bit
 * per step at the top, so these bits depend on exactly the last 16 bytes, the same ones the gate sees.
 */
export const GEAR_MASK = 0xff00
export const GEAR_WINDOW_BYTES = 16

/**
 * A candidate is a cut when the first 32 bits the gate gives are below this: 1 in 2^11. So on average 512 KiB follow
 * the minimum, and with the maximum a chunk has about 752 KiB.
 */
export const CUT_BELOW = 2 ** (32 - 11)

function gearTable(seed: number): Int32Array {
  const table = new Int32Array(256)
  let state = seed
  for (let i = 0; i < 256; i++) {
    state = (state + 0x9e3779b9) | 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    table[i] = mixed ^ (mixed >>> 16)
  }
  return table
}
