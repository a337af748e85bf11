import { HoldfastError } from '../base/errors.ts'

const MOST_BYTES = 5

/** Whole numbers below 2^32, seven bits a byte, the lowest first; the last byte of each is below 128. */
export function toVarints(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * MOST_BYTES)
  let at = 0
  for (const number of numbers) {
    let rest = number
    for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128
    bytes[at++] = rest
  }
  return bytes.slice(0, at)
}

/** Throws MALFORMED. */
export function fromVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = []
  let number = 0
  let shift = 0
  for (const byte of bytes) {
    number += (byte & 127) * 2 ** shift
    shift += 7
    if (shift > MOST_BYTES * 7) throw new HoldfastError('MALFORMED', 'a number without an end')
    if (byte > 127) continue
    numbers.push(number)
    number = shift = 0
  }
  if (shift !== 0) throw new HoldfastError('MALFORMED', 'half a number')
  return numbers
}
