import { createRequire } from 'node:module'

/**
 * What libp2p expects of its platform and Node 20 lacks. Imported for its effect, before any libp2p module.
 *
 * - `Promise.withResolvers` (Node 22 on has it).
 * - A global `WebSocket` to dial with: the one of `ws`, which @libp2p/websockets listens with anyway. It replaces
 *   Node 22's own too, because of the next point.
 * - libp2p aborts a WebSocket by `close(1006)`, which every WebSocket refuses as a code nobody may send: the socket
 *   would stay open for ever. Here it ends the socket.
 * - A WebSocket client masks what it sends so that no page can write bytes of its choice to a proxy. Ours sends only
 *   Noise ciphertext, and the mask, applied in JavaScript, costs ten times the encryption: it is zero, which is skipped.
 * - A `ws` socket reports what is wrong with a frame as an event that ends the process when nobody listens, and libp2p
 *   never does: every socket has a listener from its first moment. The end of the socket says the rest.
 * - `ws` gathers messages of up to 100 MiB before anybody has shown a key. libp2p sends none of more than 64 KiB.
 */
type Resolvers<T> = {
  promise: Promise<T>
  resolve: (value: T | PromiseLike<T>) => void
  reject: (reason?: unknown) => void
}

function withResolvers<T>(): Resolvers<T> {
  let resolve!: Resolvers<T>['resolve']
  let reject!: Resolvers<T>['reject']
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

interface WsSocket {
  on(event: 'error', listener: () => void): void
  close(code?: number, reason?: string): void
  setSocket(socket: unknown, head: unknown, options: object): void
  terminate(): void
}

const ABNORMAL_CLOSURE = 1006
const MAX_MESSAGE_BYTES = 128 * 1024

interface WsClass {
  new (url: string, options: object): WsSocket
  readonly prototype: WsSocket
}

function loadWebSocket(): unknown {
  const require = createRequire(import.meta.resolve('@libp2p/websockets'))
  const { WebSocket } = require('ws') as { WebSocket: WsClass }
  const { close, setSocket } = WebSocket.prototype
  WebSocket.prototype.setSocket = function (this: WsSocket, socket, head, options) {
    this.on('error', ignore)
    setSocket.call(this, socket, head, { ...options, maxPayload: MAX_MESSAGE_BYTES })
  }
  WebSocket.prototype.close = function (this: WsSocket, code, reason) {
    if (code === ABNORMAL_CLOSURE) this.terminate()
    else close.call(this, code, reason)
  }
  return class extends WebSocket {
    constructor(url: string) {
      super(url, { generateMask: () => undefined, perMessageDeflate: false })
      this.on('error', ignore) // One that is given up before it is open fails, too.
    }
  }
}

const ignore = (): void => undefined

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, writable: true, configurable: true })
}

if (!('withResolvers' in Promise)) define(Promise, 'withResolvers', withResolvers)
define(globalThis, 'WebSocket', loadWebSocket())
