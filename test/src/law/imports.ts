// The import law, as one table. imports.test.ts checks it over every source file, transitively: what a part reaches is
// counted through everything it imports, so nothing can be smuggled in by way of a part that is allowed.

const base = ['core/base']
const ports = [...base, 'core/ports']
const proof = [...ports, 'core/proof']
const log = [...proof, 'core/log']
const sync = [...log, 'core/sync']
const net = [...sync, 'core/net']
const libp2p = [...net, 'core/libp2p']
const vault = [...sync, 'core/secret', 'core/chunk', 'core/seal', 'core/index', 'core/vault']
const home = [...vault, 'core/net', 'core/home']
/** What draws the app, and what it may reach in its own memory: workers that it starts do not count (see ONE_MEMORY). */
const pages = ['pwa/app', 'pwa/ui', 'pwa/screens', 'pwa/media', 'pwa/qr', 'pwa/strings']
const pageParts = [...pages, 'pwa/bridge', 'pwa/net', 'pwa/sw', ...ports, 'core/index']

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
  ['core/vault', vault],
  ['core/net', sync],
  ['core/libp2p', net],
  ['core/home', home],
  ['core/engine', home],
  ['core/operations', [...home, 'core/engine']],

  ['node/term', base],
  ['node/control', ports],
  ['node/config', [...ports, 'node/term']],
  ['node/disk', proof],
  ['node/net', libp2p],
  ['node/*', ['core/*', 'node/*']],

  // The relay cannot decrypt because it cannot import: nothing of secret, chunk, seal, index or vault.
  ['relay-pi/*', ['relay-pi/*', ...libp2p, 'node/control', 'node/disk', 'node/net', 'node/term']],

  // It serves the app's files and gives ranges of bytes that a page read: it could not open anything.
  ['pwa/sw', []],
  // Page code never sees a key because it cannot import: the vault is in a worker, and a page shares no memory with it.
  ...pages.map((part) => [part, pageParts] as const),
  ['pwa/*', ['pwa/*', 'core/*']],
  ['test/*', ['test/*', 'core/*', 'node/*', 'relay-pi/*', 'pwa/*']]
])

/** The parts whose workers are judged for themselves. */
export const ONE_MEMORY: readonly string[] = pages

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
  ['libp2p', ['core/libp2p', 'node/net', 'pwa/net']],
  // Its transports are the platform's.
  ['@libp2p/', ['core/libp2p', 'node/net', 'pwa/net']],
  ['@multiformats/', ['core/net', 'core/libp2p', 'pwa/net']],
  ['uint8arraylist', ['core/libp2p', 'node/net']],
  ['ws', ['node/net']],
  ['node-datachannel', ['node/net']],
  ['commander', ['node/term']],
  ['@clack/prompts', ['node/term']],
  ['cli-progress', ['node/term']],
  ['uqr', ['node/term', 'pwa/qr']],
  ['jsqr', ['pwa/qr']],
  ['preact', [...pages, 'pwa/testing']],
  ['@preact/', pages],
  ['@tanstack/virtual-core', ['pwa/ui', 'pwa/screens']],
  ['valibot', ['node/config']],
  ['smol-toml', ['node/config']],
  ['ignore', ['node/folder']],
  ['env-paths', ['node/term']],
  ['idb-keyval', ['pwa/store']]
])

/** All that core's platform files (`*.node.ts`) may take from Node; the rest of core takes nothing. */
export const PLATFORM_MODULES: readonly string[] = ['node:crypto', 'node:zlib']

/**
 * What lies below the link to a peer, where the simulator stands: libp2p has clocks, timers and sockets of its own, and what is
 * said over its streams is bounded in time. They are those that every platform has.
 */
export const BELOW_THE_LINK: readonly string[] = ['core/libp2p']

/** Clocks, randomness, timers and globals of one platform: core has them from ports only, so that a seed drives it all. A date of a given time is a function of its argument. */
export const NOT_IN_CORE: readonly RegExp[] = [
  /\bDate\s*\.\s*now\b/,
  /\bnew\s+Date\s*\(\s*\)/,
  /\bperformance\b/,
  /\bMath\s*\.\s*random\b/,
  /\bgetRandomValues\b/,
  /\brandomUUID\b/,
  /\brandomBytes\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bAbortSignal\s*\.\s*timeout\b/,
  /\bprocess\s*\./,
  /\bBuffer\s*\./
]
