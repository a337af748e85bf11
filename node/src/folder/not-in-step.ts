import type { ErrorCode } from '@holdfast/core/base/errors'

/** Why some of a folder is not in step. */
export interface Reason {
  readonly code: ErrorCode
  /** Relative to the folder; empty for itself. */
  readonly paths: readonly string[]
}

/** Each reason once, the one for most of it first. */
export function reasonsOf(failed: ReadonlyMap<string, ErrorCode>): Reason[] {
  const paths = new Map<ErrorCode, string[]>()
  for (const [path, code] of failed) {
    const known = paths.get(code)
    if (known === undefined) paths.set(code, [path])
    else known.push(path)
  }
  return [...paths].map(([code, list]) => ({ code, paths: list })).sort((a, b) => b.paths.length - a.paths.length)
}
