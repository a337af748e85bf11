import { ElsewhereScreen } from '../screens/elsewhere/elsewhere-screen.tsx'
import { FailedScreen } from '../screens/elsewhere/failed-screen.tsx'
import { LockedScreen } from '../screens/locked/locked-screen.tsx'
import { MissingScreen } from '../screens/missing/missing-screen.tsx'
import { JoinScreen } from '../screens/pair/join-screen.tsx'
import { CreateScreen } from '../screens/protect/create-screen.tsx'
import { KitScreen } from '../screens/protect/kit-screen.tsx'
import { StartScreen } from '../screens/start/start-screen.tsx'
import { lazy } from './lazy.tsx'
import { Starting } from './starting.tsx'
import { route } from './router.ts'
import { appState } from './vault.ts'

const RecoverScreen = lazy(async () => (await import('../screens/recover/recover-screen.tsx')).RecoverScreen)

/** The screens before a vault is open. */
export function Outside() {
  const { phase, code } = appState.value
  const { screen } = route.value
  switch (phase) {
    case 'starting':
      return <Starting />
    case 'empty':
      if (screen === 'create') return <CreateScreen />
      if (screen === 'recover') return <RecoverScreen />
      return screen === 'join' ? <JoinScreen /> : <StartScreen />
    case 'missing':
      if (screen === 'recover') return <RecoverScreen />
      return screen === 'join' ? <JoinScreen /> : <MissingScreen />
    case 'locked':
      return <LockedScreen />
    case 'elsewhere':
      return <ElsewhereScreen />
    case 'failed':
      return <FailedScreen code={code} />
    case 'open':
      // Only as long as nobody has proved to have kept its kit.
      return <KitScreen />
  }
}
