/**
 * What stands in the address for a path. A browser keeps every address in its history, in plain text and for longer than the vault is open: a
 * token means something to this page alone, and nothing once it was closed or loaded again.
 */
const paths = new Map<string, string>()
const tokens = new Map<string, string>()

/** Another in every page, so that a token of one that is gone is never taken for one of this. */
const session = [...crypto.getRandomValues(new Uint8Array(8))]
  .map((byte) => byte.toString(16).padStart(2, '0'))
  .join('')

/** The same for the same path, as long as the page lasts. */
export function tokenOf(path: string): string {
  const known = tokens.get(path)
  if (known !== undefined) return known
  const token = `${session}-${tokens.size}`
  tokens.set(path, token)
  paths.set(token, path)
  return token
}

/** Undefined: no token of this page. */
export function pathOfToken(token: string): string | undefined {
  return paths.get(token)
}
