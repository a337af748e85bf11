import { HoldfastError } from '../base/errors.ts'
import { multiaddr } from '@multiformats/multiaddr'

/** An address as somebody typed it. Throws USAGE for what is none. */
export function typedAddress(text: string): string {
  try {
    const address = multiaddr(text)
    if (address.getComponents().length > 0) return address.toString()
  } catch {
    // said below
  }
  throw new HoldfastError('USAGE', 'an address is like /ip4/192.168.1.5/tcp/4256')
}

/** Those that another machine can use, in the order they are; when there is none, those of this machine alone. */
export function addressesForOthers(addresses: readonly string[]): readonly string[] {
  const outside = addresses.filter((address) => !/^\/(ip4\/127\.|ip6\/::1\/)/.test(address))
  return outside.length > 0 ? outside : addresses
}
