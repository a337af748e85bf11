/** Whether a browser can dial it: a page may open WebSockets and WebRTC, never plain TCP or QUIC. */
export function isForBrowsers(address: string): boolean {
  return /\/(ws|wss|webrtc-direct)(\/|$)/.test(address)
}
