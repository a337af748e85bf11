import type { Home } from '@holdfast/core/home/home'

/**
 * Ports that happen to be free, at every address: whoever comes there has to prove a device's key, or a pairing's secret. TCP for
 * computers; browsers come by WebSocket, or by WebRTC when the app they show came by HTTPS.
 */
const ANYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']

/** Where to listen: as told, as the home is set to, and otherwise only while there is no relay to meet others at. */
export function listenAt(home: Home, told: readonly string[]): readonly string[] {
  if (told.length > 0) return told
  if (home.settings.listen !== undefined) return home.settings.listen
  const relays = home.replica.vault(home.state.personalVault)?.log.membership().relays ?? []
  return relays.length === 0 ? ANYWHERE : []
}
