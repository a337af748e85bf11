import { OTHERS_ERRORS } from './errors-others.ts'
import { OWN_ERRORS } from './errors-own.ts'

/**
 * The one error class. `code` is the contract: tests and callers compare codes, people read `explain(code)`.
 * Nothing that came from another peer is ever put into a message.
 */
export class HoldfastError extends Error {
  readonly code: ErrorCode
  /** Milliseconds to wait before trying again, where the other side said so. */
  readonly waitMs: number | undefined

  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown; waitMs?: number }) {
    super(
      detail === undefined ? ERRORS[code].cause : detail,
      options?.cause === undefined ? undefined : { cause: options.cause }
    )
    this.name = 'HoldfastError'
    this.code = code
    this.waitMs = options?.waitMs
  }
}

export function isHoldfastError(value: unknown, code?: ErrorCode): value is HoldfastError {
  return value instanceof HoldfastError && (code === undefined || value.code === code)
}

/** What a code means and what to do about it: each a sentence for a person. */
export function explain(code: ErrorCode): { cause: string; remedy: string } {
  return ERRORS[code]
}

/** Closed set. `exit` is the exit status of a command that ends with this error. */
export const ERRORS = { ...OWN_ERRORS, ...OTHERS_ERRORS } as const satisfies Record<
  string,
  { exit: number; cause: string; remedy: string }
>

export type ErrorCode = keyof typeof ERRORS
