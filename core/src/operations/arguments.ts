import { HoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'

/** Reads the arguments of one call. Everything that is not exactly as it should be throws USAGE. */
export class Arguments {
  private readonly fields: Map<string, unknown>

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw usage('no arguments')
    this.fields = new Map(Object.entries(value))
  }

  has(name: string): boolean {
    return this.fields.get(name) !== undefined
  }

  text(name: string): string {
    const value = this.fields.get(name)
    if (typeof value !== 'string') throw usage(`${name} is no text`)
    return value
  }

  flag(name: string): boolean {
    const value = this.fields.get(name) ?? false
    if (typeof value !== 'boolean') throw usage(`${name} is neither yes nor no`)
    return value
  }

  /** A path of the vault as text. */
  path(name: string): string[] {
    return vaultPath(this.text(name))
  }

  paths(name: string): string[][] {
    return this.texts(name).map(vaultPath)
  }

  texts(name: string): string[] {
    const value = this.fields.get(name)
    if (!Array.isArray(value) || value.length === 0 || value.length > MOST) throw usage(`${name} is no list`)
    for (const item of value) if (typeof item !== 'string') throw usage(`${name} is no list of text`)
    return value as string[]
  }
}

const MOST = 100_000

/** `/a/b`, `a/b` and `/a//b/` are the same. Throws USAGE for `.` and `..`, which a vault does not have. */
export function vaultPath(text: string): string[] {
  const names = text.split('/').filter((name) => name !== '')
  if (names.some((name) => name === '.' || name === '..')) throw usage('a path in the vault has no . or ..')
  if (names.length > LIMITS.pathDepth) throw usage('the path is too deep')
  return names
}

/** Bytes of a range of content, `end` not included; undefined is open: `start` undefined counts `end` from the back. */
export interface ByteRange {
  readonly first: number | undefined
  /** Included, as in HTTP. */
  readonly last: number | undefined
}

/** `A-B` (both included), `A-` and `-N` (the last N), as in HTTP. Throws USAGE. */
export function byteRange(text: string): ByteRange {
  const match = /^(\d{0,15})-(\d{0,15})$/.exec(text)
  const [first, last] = [number(match?.[1]), number(match?.[2])]
  if (match === null || (first === undefined && last === undefined)) throw usage('a range is A-B, A- or -N')
  if (first !== undefined && last !== undefined && first > last) throw usage('the range ends before it begins')
  return { first, last }
}

/** Of content of `size` bytes: where it starts and ends (end not included); empty when it lies behind the content. */
export function rangeWithin({ first, last }: ByteRange, size: number): { start: number; end: number } {
  if (first === undefined) return { start: Math.max(0, size - last!), end: size }
  const end = last === undefined ? size : Math.min(size, last + 1)
  return { start: Math.min(first, end), end }
}

function number(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}

function usage(detail: string): HoldfastError {
  return new HoldfastError('USAGE', detail)
}
