/** What an operation says and asks while it runs, wherever the person sits: in this process or behind a control socket. */
export interface OperationIo {
  /** One fact: a line of --json, or rendered as text. Resolves when the next may be said. */
  emit(event: OperationEvent): Promise<void>
  /** How far it is. May be lost when many come; never waits. */
  progress(event: OperationEvent): void
  /** Raw standard output. Resolves when the next may be written. */
  write(bytes: Uint8Array): Promise<void>
  /** Standard input, once. */
  input(): AsyncIterable<Uint8Array>
  /** A question on the person's terminal. Rejects NEEDS_CONFIRMATION when there is none. */
  ask(question: Ask): Promise<boolean>
  readonly signal: AbortSignal
}

export interface OperationEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface Ask {
  /** Safe to print. */
  readonly question: string
}
