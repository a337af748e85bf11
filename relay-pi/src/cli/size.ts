import { HoldfastError } from '@holdfast/core/base/errors'

/** `50GiB`, `4MiB`, `1.5 TiB`, `1000` (bytes). Throws USAGE. */
export function asSize(flag: string, value: unknown): number {
  const match = FORM.exec(String(value))
  const bytes = match === null ? 0 : Number(match[1]) * 1024 ** UNITS.indexOf(match[2]?.toLowerCase() ?? '')
  if (!(bytes >= 1) || bytes > Number.MAX_SAFE_INTEGER)
    throw new HoldfastError('USAGE', `${flag} wants a size, for example 50GiB.`)
  return Math.floor(bytes)
}

const FORM = /^(\d+(?:\.\d+)?) ?(?:([kmgt])(?:i?b)?)?b?$/i
const UNITS = ['', 'k', 'm', 'g', 't']
