import { Toasts } from '../ui/toast.tsx'
import { announced } from './announce.ts'
import { Boundary } from './boundary.tsx'
import { Frame } from './frame.tsx'
import { Inside } from './inside.tsx'
import { Outside } from './outside.tsx'
import { route } from './router.ts'
import { hashOf } from './routes.ts'
import { appState } from './vault.ts'

/** Everything: what the phase asks for, and the voices beside it. */
export function App() {
  const { phase, isKitPending = false } = appState.value
  const place = `${phase} ${hashOf(route.value)}`
  return (
    <>
      {phase === 'open' && !isKitPending ? (
        <Frame>
          <Boundary place={place}>
            <Inside />
          </Boundary>
        </Frame>
      ) : (
        <Boundary place={place}>
          <Outside />
        </Boundary>
      )}
      <Toasts />
      <div class="visually-hidden" aria-live="polite">
        {announced.value}
      </div>
    </>
  )
}
