import { useRef, useState } from 'preact/hooks'
import { codeOf, sentenceOf } from '../../app/error-sentence.ts'
import { appState, vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field } from '../../ui/field.tsx'
import type { FieldElement } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { shown } from '../../ui/shown.ts'
import { EraseDialog } from '../you/erase-dialog.tsx'

/** The keys are asleep. */
export function LockedScreen() {
  const [passphrase, setPassphrase] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isMissing, setMissing] = useState(false)
  const [help, setHelp] = useState<'closed' | 'why' | 'erase'>('closed')
  const field = useRef<FieldElement>(null)
  const { device } = appState.value
  const isWrong = codeOf(error) === 'WRONG_PASSPHRASE'

  const unlock = async () => {
    if (isBusy) return
    setMissing(passphrase === '')
    if (passphrase === '') return field.current?.focus()
    setBusy(true)
    setError(undefined)
    try {
      await vault().unlock(passphrase)
    } catch (cause) {
      setError(cause)
      setBusy(false)
      field.current?.focus()
      field.current?.select()
    }
  }
  const wrong = isMissing ? t('locked.missing') : isWrong ? sentenceOf(error).cause : undefined
  return (
    <Panel
      title={t('locked.title')}
      lead={device === undefined ? t('locked.lead.nameless') : t('locked.lead', { device: shown(device) })}
      icon="lock"
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void unlock()
        }}
      >
        <Field
          label={t('locked.passphrase')}
          type="password"
          autocomplete="current-password"
          value={passphrase}
          onInput={(value) => {
            setPassphrase(value)
            setMissing(false)
          }}
          error={wrong}
          inputRef={field}
        />
        {error !== undefined && !isWrong && <ErrorNote error={error} />}
        <Button kind="primary" type="submit" wide busy={isBusy}>
          {t(isBusy ? 'locked.unlocking' : 'locked.unlock')}
        </Button>
        <Button kind="quiet" wide onClick={() => setHelp('why')}>
          {t('locked.forgotten')}
        </Button>
      </form>
      {help === 'why' && (
        <Dialog
          title={t('locked.forgotten.title')}
          onClose={() => setHelp('closed')}
          actions={
            <Button kind="danger" icon="trash" onClick={() => setHelp('erase')}>
              {t('locked.forgotten.erase')}
            </Button>
          }
        >
          <p>{t('locked.forgotten.text')}</p>
        </Dialog>
      )}
      {help === 'erase' && <EraseDialog onClose={() => setHelp('closed')} />}
    </Panel>
  )
}
