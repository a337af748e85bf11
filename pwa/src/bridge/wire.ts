/** One direction each: a worker, the worker's own global, or a port. */
export interface Wire {
  post(message: unknown, transfer?: Transferable[]): void
  /** Called once. */
  listen(hear: (message: unknown) => void): void
}

interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent) => unknown) | null
}

/** Not a function of `Port`: a MessagePort begins to deliver when `onmessage` is set. */
export function wireOf(port: object): Wire {
  const { postMessage } = port as Port
  return {
    post: (message, transfer = []) => postMessage.call(port, message, transfer),
    listen(hear) {
      ;(port as Port).onmessage = ({ data }: MessageEvent<unknown>) => hear(data)
    }
  }
}
