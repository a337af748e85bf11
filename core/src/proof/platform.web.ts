import * as web from 'blake3/dist/wasm/web/blake3_js.js'
import { HoldfastError } from '../base/errors.ts'
import { wasmBlake3 } from './blake3-wasm.ts'
import type { WasmGlue } from './blake3-wasm.ts'
import { webEd25519 } from './ed25519.web.ts'
import type { Blake3Backend, Blake3Stream, Ed25519Backend } from './platform.ts'

/** The file is an ES module in a folder that does not say so: its declarations come out one `default` too deep. */
const glue = web as unknown as WasmGlue & { default(source?: string | WebAssembly.Module): Promise<unknown> }

let backend: Blake3Backend | undefined

/**
 * Loads BLAKE3; awaited once before anything else of core runs in a page or worker. `source` is the address of
 * `blake3/dist/wasm/web/blake3_js_bg.wasm` as the bundler names it (Vite: `?url`), or its compiled module.
 */
export async function initBlake3(source?: string | WebAssembly.Module): Promise<void> {
  if (backend !== undefined) return
  await glue.default(source)
  backend = wasmBlake3(glue)
}

export const blake3Backend: Blake3Backend = {
  name: 'wasm',
  hash: (bytes) => loaded().hash(bytes),
  keyed: (key, bytes) => loaded().keyed(key, bytes),
  start: (mode): Blake3Stream => loaded().start(mode)
}

export const ed25519Backend: Ed25519Backend = webEd25519

function loaded(): Blake3Backend {
  if (backend === undefined) throw new HoldfastError('INTERNAL', 'initBlake3 was not awaited')
  return backend
}
