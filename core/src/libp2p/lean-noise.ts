import { noise } from '@libp2p/noise'
import type { ConnectionEncrypter, MessageStream, SecureConnectionOptions, SecuredConnection } from '@libp2p/interface'
import type { NoiseComponents } from '@libp2p/noise'
import type { Uint8ArrayList } from 'uint8arraylist'

/**
 * Noise as libp2p makes it, without one needless copy: before it decrypts a message, it joins the message's pieces into
 * a fresh buffer for a cipher that could write in place. Node's cipher does not take it.
 */
export function leanNoise(): (components: NoiseComponents) => ConnectionEncrypter {
  return (components) => {
    const inner = noise()(components)
    const { secureInbound, secureOutbound } = inner
    inner.secureInbound = async (stream: MessageStream, options?: SecureConnectionOptions) =>
      lean(await secureInbound.call(inner, stream, options))
    inner.secureOutbound = async (stream: MessageStream, options?: SecureConnectionOptions) =>
      lean(await secureOutbound.call(inner, stream, options))
    return inner
  }
}

function lean<T extends SecuredConnection>(secured: T): T {
  const stream = secured.connection as Partial<NoiseStream>
  const { handshake } = stream
  // A message of Noise has at most 65,535 bytes: there is never a second one in a chunk.
  if (handshake !== undefined && stream.decrypt !== undefined) stream.decrypt = (chunk) => handshake.decrypt(chunk)
  return secured
}

/** What @libp2p/noise 17 keeps in its streams. */
interface NoiseStream {
  readonly handshake: { decrypt(message: Uint8ArrayList): Uint8Array | Uint8ArrayList }
  decrypt: (chunk: Uint8ArrayList) => Uint8Array | Uint8ArrayList
}
