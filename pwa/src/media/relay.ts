import { isMediaAsk } from './messages.ts'
import { mediaIsRelayed } from '../sw/register.ts'
import type { MediaTokens } from './media-tokens.ts'

/** Answers what the service worker asks for this page's media. Returns how to stop. */
export function relayMedia(
  tokens: MediaTokens,
  container: ServiceWorkerContainer = navigator.serviceWorker
): () => void {
  const onMessage = ({ data, ports: [port] }: MessageEvent): void => {
    if (port === undefined || !isMediaAsk(data)) return
    void tokens.answer(data).then((answer) => port.postMessage(answer, answer.ok ? [answer.bytes] : []))
  }
  mediaIsRelayed()
  container.addEventListener('message', onMessage)
  // Without it messages wait until the page has loaded whole.
  container.startMessages()
  return () => container.removeEventListener('message', onMessage)
}
