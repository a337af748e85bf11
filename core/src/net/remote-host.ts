/**
 * Who a multiaddr comes from as far as sharing out places goes: `ip4/192.0.2.7`, or the first 64 bits of an IPv6
 * address, for whoever has one of those has all of them.
 */
export function remoteHostOf(address: string): string {
  const parts = address.split('/').slice(1)
  const at = parts.indexOf('ip6')
  const ip6 = at === -1 ? undefined : parts[at + 1]
  return ip6 === undefined ? parts.slice(0, 2).join('/') : `ip6/${networkOf(ip6)}`
}

function networkOf(ip6: string): string {
  const [before = '', after] = ip6.toLowerCase().split('::', 2)
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  // An IPv4 address at the end stands for two groups.
  const tailGroups = tail.length + (tail.at(-1)?.includes('.') === true ? 1 : 0)
  const gap = after === undefined ? 0 : Math.max(0, 8 - head.length - tailGroups)
  const groups = [...head, ...Array<string>(gap).fill('0'), ...tail]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
