import { HoldfastError } from '@holdfast/core/base/errors'
import { GRACE_MS } from '../relay/upkeep.ts'
import type { Operation } from './operation.ts'

/** Deletes blobs that nothing names: with `now` at once, else those that were seen so for the relay's grace. */
export const collect: Operation = async ({ relay, emit }, args) => {
  const { now } = asArguments(args)
  await relay.invites.expire()
  const collected = await relay.exchange.collect(now ? 0 : GRACE_MS)
  await emit({ type: 'collected', ...collected })
}

function asArguments(args: unknown): { now: boolean } {
  const now = typeof args === 'object' && args !== null ? (args as { now?: unknown }).now : undefined
  if (typeof now !== 'boolean') throw new HoldfastError('MALFORMED')
  return { now }
}
