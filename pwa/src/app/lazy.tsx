import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ErrorNote } from '../ui/error-note.tsx'
import { Screen } from '../ui/screen.tsx'
import { Waiting } from '../ui/progress.tsx'
import { t } from '../strings/t.ts'

/** A component whose code is fetched when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const [error, setError] = useState<unknown>()
    const [, setTries] = useState(0)
    const fetchIt = () => {
      setError(undefined)
      load().then(
        (component) => {
          loaded = component
          setTries((tries) => tries + 1)
        },
        (cause: unknown) => setError(cause)
      )
    }
    useEffect(() => {
      if (loaded === undefined) fetchIt()
    }, [])
    if (loaded !== undefined) {
      const Loaded = loaded
      return <Loaded {...props} />
    }
    return (
      <Screen title={t('title.app')}>
        {error === undefined ? <Waiting>{t('common.loading')}</Waiting> : <ErrorNote error={error} retry={fetchIt} />}
      </Screen>
    )
  }
}
