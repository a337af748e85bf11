// The import law, as one table. imports.test.ts checks it over every source file, transitively: what a part reaches is
// counted through everything it imports, so nothing can be smuggled in by way of a part that is allowed.

const base = ['core/base']
const ports = [...base, 'core/ports']
const proof = [...ports, 'core/proof']
const log = [...proof, 'core/log']
const sync = [...log, 'core/sync']
const pages = ['pwa/app', 'pwa/ui', 'pwa/screens', 'pwa/media', 'pwa/qr']

/**
 * Which parts (package/folder) each part may reach besides itself. `core/*` stands for every part of core, a part that
 * is not named falls under `package/*`.
 */
export const REACH: ReadonlyMap<string, readonly string[]> = new Map([
  ['core/base', []],
  ['core/ports', base],
  ['core/proof', ports],
  ['core/secret', proof],
  ['core/chunk', proof],
  ['core/seal', [...proof, 'core/secret']],
  ['core/index', proof],
  ['core/log', proof],
  ['core/sync', log],
  ['core/vault', ['core/*']],

  ['node/term', base],
  ['node/control', base],
  ['node/config', [...ports, 'node/term']],
  ['node/disk', proof],
  ['node/net', sync],
  ['node/*', ['core/*', 'node/*']],

  // The relay cannot decrypt because it cannot import: nothing of secret, chunk, seal, index or vault.
  ['relay-pi/*', ['relay-pi/*', ...sync, 'node/control', 'node/disk', 'node/net', 'node/term']],

  // It serves the app's files and gives ranges of bytes that a page read: it could not open anything.
  ['pwa/sw', []],
  ['pwa/*', ['pwa/*', 'core/*']],
  ['test/*', ['test/*', 'core/*', 'node/*', 'relay-pi/*', 'pwa/*']]
])

/** Which parts may import each third-party library. A name that ends in `/` stands for every package of that scope. */
export const OWNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['@automerge/automerge', ['core/index']],
  ['cborg', ['core/base']],
  ['blake3', ['core/proof', 'pwa/worker']],
  ['@napi-rs/blake-hash', ['core/proof']],
  ['@hpke/core', ['core/secret']],
  ['hash-wasm', ['core/secret']],
  ['@scure/', ['core/base', 'core/secret']],
  ['classic-level', ['node/disk']],
  ['libp2p', ['node/net', 'pwa/net']],
  ['@libp2p/', ['node/net', 'pwa/net']],
  ['@multiformats/', ['node/net', 'pwa/net']],
  ['uint8arraylist', ['node/net', 'pwa/net']],
  ['ws', ['node/net']],
  ['commander', ['node/term']],
  ['@clack/prompts', ['node/term']],
  ['cli-progress', ['node/term']],
  ['uqr', ['node/term', 'pwa/qr']],
  ['jsqr', ['pwa/qr']],
  ['preact', pages],
  ['@preact/', pages],
  ['@tanstack/virtual-core', ['pwa/ui', 'pwa/screens']],
  ['env-paths', ['node/term']],
  ['idb-keyval', ['pwa/store']]
])

/** All that core's platform files (`*.node.ts`) may take from Node; the rest of core takes nothing. */
export const PLATFORM_MODULES: readonly string[] = ['node:crypto', 'node:zlib']

/** Clocks, randomness, timers and globals of one platform: core has them from ports only, so that a seed drives it all. */
export const NOT_IN_CORE: readonly RegExp[] = [
  /\bDate\s*\.\s*now\b/,
  /\bnew\s+Date\b/,
  /\bperformance\b/,
  /\bMath\s*\.\s*random\b/,
  /\bgetRandomValues\b/,
  /\brandomUUID\b/,
  /\brandomBytes\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bprocess\s*\./,
  /\bBuffer\s*\./
]
