import { explain, HoldfastError, type ErrorCode } from '../base/errors.ts'
import type { OperationEvent } from '../ports/operation-io.ts'
import type { OperationIo } from './operation.ts'

/** A path of the vault as one text. Names of a vault hold no `/`. */
export function pathText(path: readonly string[]): string {
  return `/${path.join('/')}`
}

/** What could not be done, said as it is met while the rest goes on. */
export class Failures {
  count = 0
  private readonly io: OperationIo
  private first: HoldfastError | undefined
  private readonly codes = new Set<ErrorCode>()
  private telling: Promise<void> = Promise.resolve()

  constructor(io: OperationIo) {
    this.io = io
  }

  add(path: readonly string[], code: ErrorCode, error?: HoldfastError): void {
    this.count += 1
    this.codes.add(code)
    this.first ??= error ?? new HoldfastError(code)
    const { cause, remedy } = explain(code)
    this.note({ type: 'failed', path: pathText(path), code, message: cause, remedy })
  }

  /** Says something that does not change the exit code, in order with the failures. */
  note(event: OperationEvent): void {
    this.telling = this.telling.then(() => this.io.emit(event))
    this.telling.catch(() => undefined) // told() throws it
  }

  areAll(code: ErrorCode): boolean {
    return this.codes.size === 1 && this.codes.has(code)
  }

  /** Resolves when all of it was said. */
  told(): Promise<void> {
    return this.telling
  }

  /** Throws PARTLY_DONE; with `nothingDone` the first failure itself, since then there is no part that was done. */
  throwIfAny(nothingDone = false): void {
    if (this.first === undefined) return
    throw nothingDone ? this.first : new HoldfastError('PARTLY_DONE')
  }
}
