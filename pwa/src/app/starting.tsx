import { useEffect, useState } from 'preact/hooks'
import { t } from '../strings/t.ts'
import { Mark } from '../ui/mark.tsx'
import { Waiting } from '../ui/progress.tsx'
import './starting.css'

/** Longer than this a start is explained; before, words would only flash. */
const QUIET_MS = 400

/** While the worker looks at what there is. */
export function Starting() {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <main class="starting" id="content">
      <h1 class="visually-hidden">{t('title.app')}</h1>
      <Mark size={64} />
      <div class="starting-words">{isLong && <Waiting>{t('boot.starting')}</Waiting>}</div>
    </main>
  )
}
