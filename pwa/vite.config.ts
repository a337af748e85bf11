import { defineConfig } from 'vite'
import wasm from 'vite-plugin-wasm'
import { serviceWorker } from './build/service-worker.ts'
import { WORKER_CHUNKS } from './build/worker-chunks.ts'

/** What the app says it was built from; `scripts/app.mjs` computes it. */
const build = JSON.stringify(process.env['HOLDFAST_BUILD'] ?? 'unnamed')

export default defineConfig({
  // Relative addresses only: the same files serve from any folder of any origin.
  base: './',
  publicDir: 'public',
  define: { __BUILD__: build },
  plugins: [wasm(), serviceWorker({ __BUILD__: build })],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: {
    format: 'es',
    plugins: () => [wasm()],
    rolldownOptions: { output: { keepNames: true, codeSplitting: WORKER_CHUNKS } }
  },
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    target: 'es2023',
    // A browser that knows module workers knows this link too; the shim would be code for nobody.
    modulePreload: { polyfill: false },
    // As data: addresses they would be part of the first screen.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Errors of libp2p are told apart by the names of their classes.
    rolldownOptions: { output: { keepNames: true } }
  }
})
