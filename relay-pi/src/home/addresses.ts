import { hostname } from 'node:os'
import { LIMITS } from '@holdfast/core/base/limits'

/** TCP for computers, WebSocket for browsers. */
export const DEFAULT_LISTEN: readonly string[] = ['/ip4/0.0.0.0/tcp/4256', '/ip4/0.0.0.0/tcp/4257/ws']

/** The addresses an invitation carries: those of others' reach first, the faster transport first, without the peer's name. */
export function invitable(addresses: readonly string[]): string[] {
  const bare = addresses.map((address) => address.replace(/\/p2p\/[^/]+$/, ''))
  const fit = [...new Set(bare)].filter((address) => Buffer.byteLength(address) <= LIMITS.addressBytes)
  return fit.sort((a, b) => distance(a) - distance(b)).slice(0, LIMITS.addresses)
}

export function defaultName(): string {
  const name =
    hostname()
      .split('.')[0]
      ?.replace(/[^\w-]/g, '') ?? ''
  return name === '' ? 'relay' : name.slice(0, LIMITS.deviceNameBytes)
}

function distance(address: string): number {
  const loopback = /^\/ip4\/127\.|^\/ip6\/::1\//.test(address)
  return (loopback ? 2 : 0) + (address.endsWith('/ws') ? 1 : 0)
}
