import { wasmBlake3 } from './blake3-wasm.ts'
import { nativeBlake3 } from './blake3-native.node.ts'
import { nodeEd25519 } from './ed25519.node.ts'
import type { Blake3Backend, Ed25519Backend } from './platform.ts'

export const blake3Backend: Blake3Backend = await loadBlake3()
export const ed25519Backend: Ed25519Backend = nodeEd25519

/** Nothing to do on Node: the backend is loaded with the module. */
export async function initBlake3(): Promise<void> {}

/** There is no native binding for 32-bit ARM, so not loading is no error. */
async function loadBlake3(): Promise<Blake3Backend> {
  try {
    return nativeBlake3(await import('@napi-rs/blake-hash'))
  } catch {
    return loadWasmBlake3()
  }
}

export async function loadWasmBlake3(): Promise<Blake3Backend> {
  const glue = await import('blake3/dist/wasm/nodejs/blake3_js.js')
  return wasmBlake3(glue)
}
