import { HoldfastError } from '../base/errors.ts'

/** `90s`, `30m`, `12h`, `2d`: whole numbers from one second to a year. Throws USAGE. */
export function durationMs(text: string): number {
  const match = /^(\d{1,8})(s|m|h|d)$/.exec(text)
  const ms = match === null ? 0 : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
  if (ms < UNITS.s || ms > 366 * UNITS.d) throw new HoldfastError('USAGE', 'A time is 90s, 30m, 12h or 2d.')
  return ms
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
