import { useState } from 'preact/hooks'
import { kitMade } from '../../app/kit-memory.ts'
import { replace } from '../../app/router.ts'
import { vault } from '../../app/vault.ts'
import type { NewDevice } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProtectForm } from './protect-form.tsx'

/** A new vault: name and passphrase; then comes its recovery kit. */
export function CreateScreen() {
  const [given, setGiven] = useState<NewDevice>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)

  const create = async (device: NewDevice) => {
    setGiven(device)
    setError(undefined)
    setBusy(true)
    try {
      await vault().create(device)
      // The phase is `open` now, and the kit is shown.
      kitMade()
      // The browser is asked while the person is here; You shows its answer.
      void vault()
        .persist()
        .catch(() => false)
    } catch (cause) {
      setBusy(false)
      setError(cause)
    }
  }
  return (
    <Panel
      title={t('protect.title.create')}
      lead={t('protect.lead.create')}
      {...(isBusy ? {} : { onBack: () => replace({ screen: 'home' }) })}
    >
      {error !== undefined && <ErrorNote error={error} />}
      <ProtectForm
        submit={t(isBusy ? 'protect.creating' : 'protect.create')}
        isBusy={isBusy}
        given={given}
        onDone={(device) => void create(device)}
      />
    </Panel>
  )
}
