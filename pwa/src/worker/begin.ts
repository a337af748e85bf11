import { initBlake3 } from '@holdfast/core/proof/platform.web'
import blake3Wasm from 'blake3/dist/wasm/web/blake3_js_bg.wasm?url'
import { serve } from '../bridge/server.ts'
import { wireOf } from '../bridge/wire.ts'
import type { ToPage } from '../bridge/messages.ts'
import { Host } from './host.ts'

/** Serves the page. `early`: what it said before this was loaded. */
export function begin(early: readonly unknown[]): void {
  const own = wireOf(globalThis)
  let say: (message: ToPage) => void = () => undefined
  const host = new Host({ ready: initBlake3(blake3Wasm), say: (message) => say(message) })
  const wire = {
    post: own.post,
    listen(hear: (message: unknown) => void) {
      own.listen(hear)
      for (const message of early) hear(message)
    }
  }
  // Never lost, and never shown: an error that is none of ours is a mistake of the program.
  say = serve(wire, host, (error) => console.error(error))
}
