import { hostname } from 'node:os'
import { LIMITS } from '@holdfast/core/base/limits'

/** TCP for computers, WebSocket for browsers, and WebRTC for those that show the app from an address with HTTPS. */
export const DEFAULT_LISTEN: readonly string[] = [
  '/ip4/0.0.0.0/tcp/4256',
  '/ip4/0.0.0.0/tcp/4257/ws',
  '/ip4/0.0.0.0/udp/4256/webrtc-direct'
]

/** Nobody else could use it. */
export function isOfThisComputer(address: string): boolean {
  return /^\/(?:ip4\/127\.|ip6\/::1\/)/.test(address)
}

export function defaultName(): string {
  const name =
    hostname()
      .split('.')[0]
      ?.replace(/[^\w-]/g, '') ?? ''
  return name === '' ? 'relay' : name.slice(0, LIMITS.deviceNameBytes)
}
