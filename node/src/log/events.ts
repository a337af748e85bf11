import type { ErrorCode } from '@holdfast/core/base/errors'
import type { FindingCode, Looked } from '../doctor/check.ts'

/**
 * Everything that `holdfast up` notes. A closed set of numbers, codes and words of this program: there is no field that could hold a
 * name, a path, an address or a key, so that a log can be shown to whoever helps. docs/log.md tells each of them.
 */
export type LogEvent =
  | { readonly event: 'started'; readonly version: string; readonly node: string; readonly process: number }
  | { readonly event: 'stopped'; readonly seconds: number }
  | { readonly event: 'failed'; readonly code: ErrorCode; readonly trace: readonly string[] }
  | { readonly event: 'crashed'; readonly code: ErrorCode; readonly trace: readonly string[] }
  /** Peers have numbers, in the order in which this process met them. */
  | { readonly event: 'connected'; readonly peer: number; readonly role: 'relay' | 'device' }
  | { readonly event: 'disconnected'; readonly peer: number; readonly role: 'relay' | 'device' }
  | {
      readonly event: 'problem'
      readonly state: 'warning' | 'error'
      readonly about: Looked
      readonly code: FindingCode
    }
  | { readonly event: 'settled'; readonly about: Looked; readonly code: FindingCode }
  | { readonly event: 'command'; readonly command: string; readonly ms: number; readonly code?: ErrorCode }
  | {
      readonly event: 'folder'
      readonly folder: number
      readonly ms: number
      readonly done: number
      readonly waiting: number
      readonly failed: number
      readonly code?: ErrorCode
    }

export type Level = 'debug' | 'info' | 'warning' | 'error'

/** How much each matters. */
export function levelOf(noted: LogEvent): Level {
  switch (noted.event) {
    case 'failed':
    case 'crashed':
      return 'error'
    case 'problem':
      return noted.state
    case 'command':
      return noted.code === 'INTERNAL' ? 'error' : 'debug'
    case 'folder':
      if (noted.code !== undefined || noted.failed > 0) return 'warning'
      return noted.done > 0 ? 'info' : 'debug'
    default:
      return 'info'
  }
}
