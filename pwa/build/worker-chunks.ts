import type { Rolldown } from 'vite'

/**
 * The worker in few files. Left to itself the bundler makes one of every set of modules that some commands share: some 130, each of them one
 * more way through the service worker before a vault can be opened. What a module imports at once comes with it.
 */
export const WORKER_CHUNKS: Rolldown.CodeSplittingOptions = {
  groups: [
    // Before it can be said that a vault is locked.
    { name: 'begin', test: /[\\/]pwa[\\/]src[\\/]worker[\\/]begin\.ts$/, priority: 3 },
    // What `preload` loads while a passphrase is typed.
    {
      name: 'vault',
      test: /[\\/]core[\\/](?:dist|src)[\\/](?:home[\\/](?:home|locked)|engine[\\/]engine|operations[\\/](?:list|status))\.[jt]s$/,
      priority: 2
    },
    // What commands take, and what is between devices, but for libp2p: that comes when there is a network.
    { name: 'more', test: /[\\/]core[\\/](?:dist|src)[\\/](?!libp2p[\\/])/, priority: 1 }
  ]
}
