import { useEffect } from 'preact/hooks'
import { AddDeviceScreen } from '../screens/pair/add-device-screen.tsx'
import { DevicesScreen } from '../screens/devices/devices-screen.tsx'
import { FilesScreen } from '../screens/files/files-screen.tsx'
import { YouScreen } from '../screens/you/you-screen.tsx'
import { t } from '../strings/t.ts'
import { LinkButton } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Screen } from '../ui/screen.tsx'
import { lazy } from './lazy.tsx'
import { replace, route } from './router.ts'
import { hashOf } from './routes.ts'

const ViewerScreen = lazy(async () => (await import('../screens/viewer/viewer-screen.tsx')).ViewerScreen)
const ActivityScreen = lazy(async () => (await import('../screens/activity/activity-screen.tsx')).ActivityScreen)

/** The screens of an open vault. */
export function Inside() {
  const at = route.value
  switch (at.screen) {
    case 'files':
      return <FilesScreen path={at.path} />
    case 'devices':
      return <DevicesScreen />
    case 'add-device':
      return <AddDeviceScreen />
    case 'you':
      return <YouScreen />
    case 'home':
    case 'create':
    case 'recover':
    case 'join':
      return <ToFiles />
    case 'view':
      return <ViewerScreen path={at.path} />
    case 'activity':
      return <ActivityScreen />
    case 'unknown':
      return <NotFound />
  }
}

/** Where one is after having come in by a screen that is only for those outside. */
function ToFiles() {
  useEffect(() => replace({ screen: 'files', path: '/' }), [])
  return null
}

function NotFound() {
  return (
    <Screen title={t('title.app')}>
      <Empty
        icon="missing"
        title={t('notFound.title')}
        action={
          <LinkButton kind="primary" href={hashOf({ screen: 'files', path: '/' })}>
            {t('notFound.action')}
          </LinkButton>
        }
      >
        {t('notFound.text')}
      </Empty>
    </Screen>
  )
}
