import { collect } from './collect.ts'
import { invite } from './invite.ts'
import type { Operation } from './operation.ts'
import { status } from './status.ts'
import { verify } from './verify.ts'

/** What may be called through the control socket. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['invite', invite],
  ['status', status],
  ['collect', collect],
  ['verify', verify]
])
