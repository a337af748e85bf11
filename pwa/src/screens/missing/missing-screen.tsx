import { useState } from 'preact/hooks'
import { hashOf } from '../../app/routes.ts'
import { appState, vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { shown } from '../../ui/shown.ts'

/** The browser has cleared the storage behind the app's back. Never an empty vault: the ways to bring it back. */
export function MissingScreen() {
  const [isAsked, setAsked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const { device } = appState.value
  const startAfresh = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await vault().erase()
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Panel
      title={t('missing.title')}
      lead={device === undefined ? t('missing.lead') : t('missing.lead.named', { device: shown(device) })}
      icon="warning"
      tone="warn"
    >
      <div class="stack">
        <p>{t('missing.text')}</p>
        <LinkButton kind="primary" wide href={hashOf({ screen: 'join' })}>
          {t('missing.pair')}
        </LinkButton>
        <LinkButton wide href={hashOf({ screen: 'recover' })}>
          {t('missing.kit')}
        </LinkButton>
        <p class="muted small">{t('missing.why')}</p>
        <Button kind="quiet" wide onClick={() => setAsked(true)}>
          {t('missing.fresh')}
        </Button>
      </div>
      {isAsked && (
        <Dialog
          title={t('missing.fresh.title')}
          onClose={() => setAsked(false)}
          actions={
            <>
              <Button onClick={() => setAsked(false)}>{t('common.cancel')}</Button>
              <Button kind="danger" busy={isBusy} onClick={() => void startAfresh()}>
                {t('missing.fresh.confirm')}
              </Button>
            </>
          }
        >
          <p>{t('missing.fresh.text')}</p>
          {error !== undefined && <ErrorNote error={error} />}
        </Dialog>
      )}
    </Panel>
  )
}
