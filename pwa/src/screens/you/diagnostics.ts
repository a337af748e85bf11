import { appState, hasNetwork, status, vault } from '../../app/vault.ts'
import { VERSION } from '../../app/version.ts'

/** Numbers, codes and abilities of this browser as text. No name of a file, a device or a person, no address, no key. */
export async function diagnostics(): Promise<string> {
  const { state, online, files, copies, onlyHere, conflicts, missingBlobs, peers, problems } = status.value
  const storage = await vault()
    .storage()
    .catch(() => undefined)
  const report = {
    version: VERSION,
    build: __BUILD__,
    browser: navigator.userAgent,
    phase: appState.value.phase,
    code: appState.value.code ?? null,
    hasNetwork: hasNetwork.value,
    isSecureContext,
    isInstalled: matchMedia('(display-mode: standalone)').matches,
    hasServiceWorker: 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null,
    hasWebRtc: typeof RTCPeerConnection === 'function',
    status: { state, online, files, copies, onlyHere: onlyHere.files, conflicts, missingBlobs },
    relays: {
      all: of('relay', peers),
      connected: of(
        'relay',
        peers.filter((peer) => peer.connected)
      )
    },
    devices: {
      all: of('device', peers),
      connected: of(
        'device',
        peers.filter((peer) => peer.connected)
      )
    },
    problems: problems.map(({ code }) => code),
    storage: storage ?? null
  }
  return JSON.stringify(report, null, 2)
}

function of(role: string, peers: readonly { readonly role: string }[]): number {
  return peers.filter((peer) => peer.role === role).length
}
