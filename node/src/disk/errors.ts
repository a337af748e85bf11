import { HoldfastError, isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'

/** Every error of the file system and of LevelDB as the one error class: the only place that knows their names. */
export function storeError(error: unknown): HoldfastError {
  if (isHoldfastError(error)) return error
  const root = rootOf(error)
  return new HoldfastError(codeOf(root), undefined, { cause: root })
}

/** True for "no such file", which is a value ("not here") wherever it is met. */
export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT'
}

/** Runs `work` and lets nothing but a `HoldfastError` out. */
export async function asStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeError(error)
  }
}

const BY_ERRNO = new Map<string, ErrorCode>([
  ['ENOSPC', 'STORE_FULL'],
  ['EDQUOT', 'STORE_FULL'],
  ['EROFS', 'STORE_READ_ONLY'],
  ['EACCES', 'STORE_READ_ONLY'],
  ['EPERM', 'STORE_READ_ONLY'],
  ['LEVEL_LOCKED', 'IN_USE'],
  ['LEVEL_CORRUPTION', 'MALFORMED'],
  ['LEVEL_DATABASE_NOT_OPEN', 'STORE_CLOSED'],
  ['LEVEL_ITERATOR_NOT_OPEN', 'STORE_CLOSED']
])

/** LevelDB hands on the text of strerror(3) and not the number. Node never sets a locale, so the text is English. */
const BY_TEXT: readonly (readonly [RegExp, ErrorCode])[] = [
  [/No space left on device|Disk quota exceeded|Disc quota exceeded/, 'STORE_FULL'],
  [/Read-only file system|Permission denied|Operation not permitted/, 'STORE_READ_ONLY'],
  // What LevelDB says of a table that is shorter than it was.
  [/Invalid argument/, 'MALFORMED']
]

function codeOf(error: unknown): ErrorCode {
  const known = BY_ERRNO.get(errnoOf(error) ?? '')
  if (known !== undefined) return known
  const text = error instanceof Error ? error.message : ''
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? 'STORE_FAILED'
}

/** A failed open is reported as "not open" with the reason below it. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && errnoOf(error)?.startsWith('LEVEL_') === true && error.cause instanceof Error
    ? rootOf(error.cause)
    : error
}

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
