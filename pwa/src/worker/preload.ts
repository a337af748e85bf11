/**
 * Loads while the vault is still locked what opening it takes: the programs of the vault with the WebAssembly of its index. Somebody types
 * a passphrase meanwhile. Never fails: what did not come is asked for again when it is needed.
 */
export async function preload(): Promise<void> {
  await Promise.allSettled([
    import('@holdfast/core/home/home'),
    import('@holdfast/core/engine/engine'),
    import('@holdfast/core/operations/table'),
    import('@holdfast/core/operations/list'),
    import('@holdfast/core/operations/status')
  ])
}
