import { utf8 } from '../base/bytes.ts'
import { LIMITS } from '../base/limits.ts'

/**
 * The addresses that somebody is told who shall come here: those of others' reach first, the faster transport first, without the peer's
 * name. When there are too many, some hosts are left out rather than one transport of all of them.
 */
export function invitable(addresses: readonly string[]): string[] {
  const bare = addresses.map((address) => address.replace(/\/p2p\/[^/]+$/, ''))
  const fit = [...new Set(bare)].filter((address) => utf8(address).length <= LIMITS.addressBytes)
  const hosts = [...new Set(fit.map(hostOf))].sort((a, b) => distance(a) - distance(b))
  const byHost = hosts.flatMap((host) => inOrder(fit.filter((address) => hostOf(address) === host)))
  return inOrder(byHost.slice(0, LIMITS.addresses))
}

/** Addresses that somebody typed, with the hash of the certificate that WebRTC needs in them. */
export function withCertificate(typed: readonly string[], listening: readonly string[]): string[] {
  const hash = listening.map((address) => /\/certhash\/[^/]+/.exec(address)?.[0]).find((found) => found !== undefined)
  return typed.map((address) =>
    hash === undefined || address.includes('/certhash/')
      ? address
      : address.replace(/\/webrtc-direct(?=\/|$)/, (transport) => transport + hash)
  )
}

function inOrder(addresses: readonly string[]): string[] {
  return [...addresses].sort((a, b) => distance(a) - distance(b))
}

function hostOf(address: string): string {
  return address.split('/').slice(0, 3).join('/')
}

function distance(address: string): number {
  const isLoopback = /^\/ip4\/127\.|^\/ip6\/::1(?:\/|$)/.test(address)
  return (isLoopback ? 3 : 0) + (address.includes('/webrtc-direct') ? 2 : address.endsWith('/ws') ? 1 : 0)
}
