/**
 * What libp2p expects of its platform and browsers do otherwise. Imported for its effect, before any libp2p module.
 *
 * - `Promise.withResolvers` (Chrome has it since 119, Safari since 17.4).
 * - libp2p aborts a WebSocket by `close(1006)`, which every WebSocket refuses as a code nobody may send: the socket would stay open for
 *   ever. Here it closes.
 */
type Resolvers<T> = ReturnType<typeof Promise.withResolvers<T>>

function withResolvers<T>(): Resolvers<T> {
  let resolve!: Resolvers<T>['resolve']
  let reject!: Resolvers<T>['reject']
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

const ABNORMAL_CLOSURE = 1006

class ClosingWebSocket extends WebSocket {
  override close(code?: number, reason?: string): void {
    if (code === undefined || code === ABNORMAL_CLOSURE) super.close()
    else super.close(code, reason)
  }
}

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, writable: true, configurable: true })
}

if (!('withResolvers' in Promise)) define(Promise, 'withResolvers', withResolvers)
define(globalThis, 'WebSocket', ClosingWebSocket)
