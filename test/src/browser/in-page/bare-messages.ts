export interface BareQuestion {
  readonly address: string
  readonly direction: 'up' | 'down'
  readonly mebibytes: number
}

export type BareAnswer = { readonly seconds: number } | { readonly error: string }

export const BARE_PROTOCOL = '/holdfast/bare/1'
export const BARE_LIMITS = { maxHeaderBytes: 16, maxBodyBytes: 1024 * 1024 }
