import { useState } from 'preact/hooks'
import { kitMade } from '../../app/kit-memory.ts'
import { replace } from '../../app/router.ts'
import { kitToKeep, vault } from '../../app/vault.ts'
import type { NewDevice } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { KitScreen } from './kit-screen.tsx'
import { ProtectForm } from './protect-form.tsx'

/** A new vault: name and passphrase, then its recovery kit. */
export function CreateScreen() {
  const [given, setGiven] = useState<NewDevice>()
  const [error, setError] = useState<unknown>()
  const kit = kitToKeep.value
  if (kit !== undefined && kit !== 'coming') return <KitScreen kit={kit} />

  const create = async (device: NewDevice) => {
    setGiven(device)
    setError(undefined)
    // Said before the worker opens the vault: otherwise its files would be shown for a moment in place of the kit.
    kitToKeep.value = 'coming'
    try {
      const made = await vault().create(device)
      kitMade()
      kitToKeep.value = made
      // The browser is asked while the person is here; You shows its answer.
      void vault()
        .persist()
        .catch(() => false)
    } catch (cause) {
      kitToKeep.value = undefined
      setError(cause)
    }
  }
  const isBusy = kit === 'coming'
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
