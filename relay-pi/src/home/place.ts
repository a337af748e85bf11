import { asArray, asText, asVersion, decode, encode } from '@holdfast/core/base/codec'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvStore } from '@holdfast/core/ports/kv-store'

/** How this relay calls itself and where devices find it: kept so that an invitation can be made while it is down. */
export interface Place {
  readonly name: string
  readonly addresses: readonly string[]
}

export async function readPlace(kv: KvStore): Promise<Place | undefined> {
  const bytes = await kv.get(KEY)
  if (bytes === undefined) return undefined
  const [version, name, addresses] = asArray(decode(bytes, LIMITS.accountFrameBytes), 3)
  asVersion(version, 1)
  return {
    name: asText(name, LIMITS.deviceNameBytes),
    addresses: asArray(addresses, { max: LIMITS.addresses }).map((one) => asText(one, LIMITS.addressBytes))
  }
}

export async function writePlace(kv: KvStore, { name, addresses }: Place): Promise<void> {
  await kv.write([{ put: KEY, value: encode([1, name, [...addresses]]) }])
}

const KEY = 'relay-place'
