import type { OperationEvent } from '@holdfast/core/ports/operation-io'
import type { Relay } from '../relay/relay.ts'
import type { Serving } from '../relay/serve.ts'

/** What an operation works on: a relay that is open, and its network when this is the process that serves. */
export interface OperationContext {
  readonly relay: Relay
  readonly serving: Serving | undefined
  emit(event: OperationEvent): Promise<void>
  readonly signal: AbortSignal
}

/**
 * One command. It runs in the process that serves, reached through the control socket, or in the command's own: the same
 * code both ways. `args` come over the socket: check them. Throws HoldfastError.
 */
export type Operation = (context: OperationContext, args: unknown) => Promise<void>
