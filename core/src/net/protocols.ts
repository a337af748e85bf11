import { LIMITS } from '../base/limits.ts'
import type { FrameLimits } from './frame.ts'

export const SYNC_PROTOCOL = '/holdfast/sync/1'
export const BLOB_PROTOCOL = '/holdfast/blob/1'
export const ACCOUNT_PROTOCOL = '/holdfast/account/1'
export const PAIR_PROTOCOL = '/holdfast/pair/1'
export const MAIL_PROTOCOL = '/holdfast/mail/1'
export const CIRCUIT_PROTOCOL = '/holdfast/circuit/1'

/** What one frame of a protocol may hold: an unknown protocol gets little. */
export function frameLimits(protocol: string): FrameLimits {
  return FRAME_LIMITS.get(protocol) ?? { maxHeaderBytes: LIMITS.accountFrameBytes, maxBodyBytes: 0 }
}

const FRAME_LIMITS: ReadonlyMap<string, FrameLimits> = new Map([
  [SYNC_PROTOCOL, { maxHeaderBytes: LIMITS.syncFrameBytes, maxBodyBytes: 0 }],
  [BLOB_PROTOCOL, { maxHeaderBytes: LIMITS.blobFrameHeaderBytes, maxBodyBytes: LIMITS.blobBytes }],
  [ACCOUNT_PROTOCOL, { maxHeaderBytes: LIMITS.accountFrameBytes, maxBodyBytes: 0 }],
  [PAIR_PROTOCOL, { maxHeaderBytes: LIMITS.pairFrameBytes, maxBodyBytes: 0 }],
  [MAIL_PROTOCOL, { maxHeaderBytes: LIMITS.mailFrameHeaderBytes, maxBodyBytes: LIMITS.mailBodyBytes }],
  [CIRCUIT_PROTOCOL, { maxHeaderBytes: LIMITS.circuitHeaderBytes, maxBodyBytes: LIMITS.circuitBodyBytes }]
])
