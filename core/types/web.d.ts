// The few names of the web platform that core's *.web.ts files and @hpke/core's declarations use and that
// @types/node declares only inside a module. Declared here instead of loading the whole DOM library,
// so that `window` or `document` in core stays a type error.
import type { webcrypto } from 'node:crypto'

declare global {
  interface CryptoKey extends webcrypto.CryptoKey {}
  interface CryptoKeyPair extends webcrypto.CryptoKeyPair {}
  interface JsonWebKey extends webcrypto.JsonWebKey {}
  interface SubtleCrypto extends webcrypto.SubtleCrypto {}
  interface Crypto extends webcrypto.Crypto {}

  namespace WebAssembly {
    class Module {
      constructor(bytes: Uint8Array)
    }
    class Instance {
      constructor(module: Module, imports?: Record<string, unknown>)
      readonly exports: Record<string, unknown>
    }
    function compile(bytes: Uint8Array): Promise<Module>
    function instantiate(module: Module, imports?: Record<string, unknown>): Promise<Instance>
  }
}
