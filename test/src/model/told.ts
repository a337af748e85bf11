/**
 * An entry as people would tell it: who, on top of what, says what. Devices and accounts go by short names (`a1` is a
 * device of account `A`), so that the oracle shares neither types nor encodings with the product.
 */
export interface Told {
  /** Hash of the entry: only for ties, which the format decides by hash. */
  readonly hash: string
  readonly device: string
  /** `device/incarnation`. */
  readonly log: string
  readonly seq: number
  /** Everything it knew: its causal past, closed, without itself. */
  readonly past: ReadonlySet<Told>
  /** One more than the highest entry of its past. */
  readonly height: number
  readonly act: Act
}

export type Act =
  | { readonly kind: 'say'; readonly says: readonly Say[] }
  | {
      readonly kind: 'epoch'
      readonly epoch: string
      readonly parents: readonly string[]
      readonly to: readonly string[]
    }
  | { readonly kind: 'wrap'; readonly epoch: string; readonly to: readonly string[] }
  | { readonly kind: 'change'; readonly epoch: string; readonly brings: boolean; readonly shreds: boolean }
  | { readonly kind: 'freeze'; readonly log: string }

/** `issuer` is a device, or null for the account's root key. */
export type Say =
  | { readonly kind: 'certify'; readonly account: string; readonly issuer: string | null; readonly device: string }
  | {
      readonly kind: 'revoke'
      readonly account: string
      readonly issuer: string | null
      readonly device: string
      readonly kept: readonly string[]
    }
  | { readonly kind: 'add' | 'role'; readonly account: string; readonly role: string }
  | { readonly kind: 'remove'; readonly account: string }
  | { readonly kind: 'relays'; readonly name: string }

/** What a set of entries comes to, in a form that can be compared. */
export interface Outcome {
  readonly counted: readonly string[]
  /** Account, role, rank, devices. */
  readonly accounts: readonly (readonly [string, string, number | null, readonly string[]])[]
  readonly relays: readonly string[]
  readonly frozen: readonly string[]
  /** Epoch, and whether all to whom it was given are members. */
  readonly epochs: readonly (readonly [string, boolean])[]
  readonly writable: string | null
  /** Whether the one object of the model is needed. */
  readonly live: boolean
}

export const says = (told: Told): readonly Say[] => (told.act.kind === 'say' ? told.act.says : [])

/** Whether `b` was written with `a` in its past. */
export const knew = (b: Told, a: Told): boolean => b.past.has(a)
