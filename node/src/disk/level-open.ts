import { ClassicLevel } from 'classic-level'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { storeError } from './errors.ts'

export type Level = ClassicLevel<string, Uint8Array>

/** Only for a folder in which `isLevelDamaged` found nothing. Throws IN_USE, HOME_DAMAGED and what every store throws. */
export async function openLevel(folder: string): Promise<Level> {
  // Without compression: what lies here is sealed or short, and compressing it only costs time.
  const level: Level = new ClassicLevel(folder, {
    keyEncoding: 'utf8',
    valueEncoding: 'view',
    compression: false,
    ...BLOCKS
  })
  try {
    await level.open()
    return level
  } catch (error) {
    const known = storeError(error)
    throw isHoldfastError(known, 'MALFORMED') ? new HoldfastError('HOME_DAMAGED', undefined, { cause: error }) : known
  }
}

/** Rows are short and their keys alike: fewer keys written in full, and fewer blocks to list, take a fiftieth less. */
const BLOCKS = { blockSize: 8 << 10, blockRestartInterval: 64 }

/** Bytes an iterator reads ahead. */
export const READ_AHEAD_BYTES = 128 << 10

export function isKey(key: string): boolean {
  return /^[ -~]+$/.test(key)
}
