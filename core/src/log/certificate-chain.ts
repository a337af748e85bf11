import type { Value } from '../base/codec.ts'
import { asArray } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idFromBytes } from '../base/ids.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import { assertSigned, decodeSigned } from './account-statement.ts'
import type { SignedStatement } from './account-statement.ts'

/**
 * Certificates from an account's root key to one of its devices, each but the first issued by the device before it
 * (FORMAT.md 5.2): shows to anybody who knows the root key that the last device was one of the account. Says nothing of
 * revocations.
 */
export type CertificateChain = readonly SignedStatement[]

/** `[[statement, signature]…]`. */
export function chainValue(chain: CertificateChain): Value {
  return chain.map(({ bytes, signature }) => [bytes, signature])
}

/** Throws MALFORMED. Only the form is checked. */
export function decodeChain(value: Value | undefined): SignedStatement[] {
  const items = asArray(value, { max: LIMITS.genesisChain })
  if (items.length === 0) throw new HoldfastError('MALFORMED', 'a chain without a certificate')
  return items.map((item) => {
    const [statement, signature] = asArray(item, 2)
    return decodeSigned(statement, signature)
  })
}

/** The device at the end of a chain that begins at this root key. Throws NOT_A_MEMBER; signatures are not checked. */
export function endOfChain(chain: CertificateChain, root: Uint8Array): DeviceId {
  const account = blake3Id<AccountId>(root)
  let issuer = idFromBytes<DeviceId>(root)
  const passed = new Set<DeviceId>()
  for (const { statement } of chain) {
    const fits = statement.kind === 'certify' && statement.account === account && statement.issuer === issuer
    if (!fits || passed.has(statement.device)) throw new HoldfastError('NOT_A_MEMBER')
    issuer = statement.device
    passed.add(issuer)
  }
  if (passed.size === 0) throw new HoldfastError('NOT_A_MEMBER')
  return issuer
}

/** As `endOfChain`, with every signature. Throws NOT_A_MEMBER or BAD_SIGNATURE. */
export async function assertChain(chain: CertificateChain, root: Uint8Array): Promise<DeviceId> {
  const device = endOfChain(chain, root)
  for (const signed of chain) await assertSigned(signed)
  return device
}

/**
 * The chain to a device out of statements that its account made, of several the shortest (so that two devices of one
 * account come to the same). Throws NOT_A_MEMBER where there is none of at most `genesisChain` certificates.
 */
export function chainTo(device: DeviceId, root: Uint8Array, statements: readonly SignedStatement[]): SignedStatement[] {
  const account = blake3Id<AccountId>(root)
  const certificates = statements
    .filter(({ statement }) => statement.kind === 'certify' && statement.account === account)
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const chains = new Map<DeviceId, SignedStatement[]>([[idFromBytes<DeviceId>(root), []]])
  for (let length = 1; length <= LIMITS.genesisChain; length += 1) {
    for (const [issuer, chain] of [...chains]) {
      if (chain.length !== length - 1) continue
      for (const signed of certificates) {
        const { statement } = signed
        if (statement.issuer === issuer && !chains.has(statement.device))
          chains.set(statement.device, [...chain, signed])
      }
    }
  }
  const found = chains.get(device)
  if (found === undefined || found.length === 0) throw new HoldfastError('NOT_A_MEMBER')
  return found
}
