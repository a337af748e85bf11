/** Of one peer: enough for the networks two computers share, few enough that a liar costs little. */
export const NEAR_ADDRESSES = 4

/**
 * Of the addresses at which a peer is said to be near, those worth a try: TCP at an address of a private network, the most likely
 * first. Somebody on the network may have made them up, so none may lead out of it, or to a port of this computer that is none of
 * ours: those of this computer count only while none of `own`, where this device listens, is on a private network.
 */
export function nearAddresses(told: readonly string[], own: readonly string[]): readonly string[] {
  const onlyHere = own.every((address) => !PRIVATE_STARTS.test(address))
  const found = new Set<string>()
  for (const address of told.slice(0, MOST_READ)) {
    const bare = address.replace(/\/p2p\/[^/]+$/, '')
    const [, a, b] = (TCP4.exec(bare) ?? []).map(Number)
    if (a === undefined || b === undefined || bare.length > LONGEST) continue
    if (a === 127 ? onlyHere : isPrivate(a, b)) found.add(bare)
  }
  return [...found].slice(0, NEAR_ADDRESSES)
}

const MOST_READ = 32
const LONGEST = 64
const PRIVATE_STARTS = /^\/ip4\/(?:10|172\.(?:1[6-9]|2\d|3[01])|192\.168|169\.254)\./
const TCP4 = /^\/ip4\/(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}\/tcp\/\d{1,5}$/

/** RFC 1918, link-local, and what providers share out behind their own address translation. */
function isPrivate(a: number, b: number): boolean {
  if (a === 10) return true
  if (a === 172) return b >= 16 && b <= 31
  if (a === 192) return b === 168
  if (a === 169) return b === 254
  return a === 100 && b >= 64 && b <= 127
}
