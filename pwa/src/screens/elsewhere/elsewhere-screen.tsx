import { useState } from 'preact/hooks'
import { vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Panel } from '../../ui/panel.tsx'

/** Another tab of this browser works with the vault. */
export function ElsewhereScreen() {
  const [isTaking, setTaking] = useState(false)
  const [error, setError] = useState<unknown>()
  const takeOver = async () => {
    setTaking(true)
    setError(undefined)
    try {
      await vault().takeOver()
    } catch (cause) {
      setError(cause)
    } finally {
      setTaking(false)
    }
  }
  return (
    <Panel title={t('elsewhere.title')} lead={t('elsewhere.lead')} icon="copy">
      {error !== undefined && <ErrorNote error={error} />}
      <div class="stack">
        <Button kind="primary" wide busy={isTaking} onClick={() => void takeOver()}>
          {t(isTaking ? 'elsewhere.taking' : 'elsewhere.takeOver')}
        </Button>
        <p class="muted small">{t('elsewhere.wait')}</p>
      </div>
    </Panel>
  )
}
