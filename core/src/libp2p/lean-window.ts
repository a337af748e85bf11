import type { Stream } from '@libp2p/interface'

/**
 * Lets the other side send more only when half of the window is used up. yamux does so after each piece of 64 KiB that it
 * receives, and each time costs both sides an encrypted message and a system call of its own.
 */
export function leanWindow(stream: Stream): void {
  const inner: Partial<YamuxStream> = stream as Partial<YamuxStream>
  const { sendWindowUpdate } = inner
  if (sendWindowUpdate === undefined) return
  inner.sendWindowUpdate = () => {
    const { state, recvWindow = 0, recvWindowCapacity = 0 } = inner
    // An update may also be what says that the stream was accepted.
    if (state === ESTABLISHED && recvWindowCapacity * 2 > recvWindow) return
    sendWindowUpdate.call(inner)
  }
}

/** What @libp2p/yamux 8 keeps in its streams. */
interface YamuxStream {
  readonly state: number
  /** Bytes the other side may have sent and not heard of, and how many of them it has left. */
  readonly recvWindow: number
  readonly recvWindowCapacity: number
  sendWindowUpdate: () => void
}

const ESTABLISHED = 3
