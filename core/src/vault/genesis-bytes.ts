import { asArray, asBytes } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { LIMITS } from '../base/limits.ts'

/** Header and signature: a genesis has no more. */
export interface GenesisBytes {
  readonly header: Uint8Array
  readonly signature: Uint8Array
}

/** `[header, signature]`, wherever a genesis is handed on. */
export function genesisValue({ header, signature }: GenesisBytes): Value {
  return [header, signature]
}

/** By its form alone. Throws MALFORMED, TOO_LARGE. */
export function asGenesis(value: Value | undefined): GenesisBytes {
  const [header, signature] = asArray(value, 2)
  return { header: asBytes(header, { max: LIMITS.headerBytes }), signature: asBytes(signature, 64) }
}
