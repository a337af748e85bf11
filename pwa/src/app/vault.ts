import { signal } from '@preact/signals'
import type { AppState, VaultEvent, VaultWorker } from '../bridge/vault-worker.ts'
import { NO_STATUS, statusOf } from './status.ts'
import type { Status } from './status.ts'

/** What the worker says of itself. */
export const appState = signal<AppState>({ phase: 'starting' })
/** How the vault is; `NO_STATUS` until somebody has looked, and while it is not open. */
export const status = signal<Status>(NO_STATUS)
/** Counts what may be different now: screens read it to load again (`useLoaded` does). */
export const changes = signal(0)
/** Whether the browser says there is a network at all. */
export const hasNetwork = signal(true)

/** Whether what is new here can be with somebody else soon: one that is known is connected. */
export function canSend(): boolean {
  return hasNetwork.value && status.value.peers.some(({ connected }) => connected)
}

const FIRST_LOOK_MS = 300

let worker: VaultWorker | undefined

/** The one worker of this page. */
export function vault(): VaultWorker {
  if (worker === undefined) throw new Error('the app has not been started')
  return worker
}

/** Connects the signals to a worker; once in a page. */
export function startVault(connected: VaultWorker): void {
  worker = connected
  connected.onState(follow)
  connected.onChange(() => {
    changes.value++
    void look()
  })
  follow(connected.state)
  hasNetwork.value = navigator.onLine
  addEventListener('online', () => {
    hasNetwork.value = true
    connected.networkChanged()
  })
  addEventListener('offline', () => (hasNetwork.value = false))
  const tell = () => connected.visible(document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', tell)
  addEventListener('pageshow', tell)
}

/** The events of an operation that come with nothing else to do. */
export async function run(operation: string, args: unknown = null): Promise<readonly VaultEvent[]> {
  return vault().run(operation, args)
}

function follow(state: AppState): void {
  const wasOpen = appState.value.phase === 'open'
  appState.value = state
  if (state.phase === 'open') {
    // What a person looks at comes first: how everything is takes a walk through all there is.
    if (!wasOpen) setTimeout(() => void look(), FIRST_LOOK_MS)
  } else status.value = NO_STATUS
}

let looking: Promise<void> | undefined
let again = false

/** Looks at the state anew; while one look lasts the next waits, and many become one. */
async function look(): Promise<void> {
  if (looking !== undefined) {
    again = true
    return
  }
  do {
    again = false
    looking = lookOnce()
    await looking
    looking = undefined
  } while (again)
}

async function lookOnce(): Promise<void> {
  if (appState.value.phase !== 'open') return
  try {
    const events = await run('status', { files: false })
    const event = events.find(({ type }) => type === 'status')
    if (event === undefined) return
    const seen = statusOf(event)
    // Off is what a person chose; otherwise it is on its way to be online.
    const isConnecting = seen.state === 'off' && !(await vault().transfers()).paused
    if (appState.value.phase === 'open') status.value = isConnecting ? { ...seen, state: 'connecting' } : seen
  } catch {
    // It was locked meanwhile, or the worker says so by its state: the last look stays.
  }
}
