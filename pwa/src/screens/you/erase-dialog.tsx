import { useState } from 'preact/hooks'
import { forgetKit } from '../../app/kit-memory.ts'
import { replace } from '../../app/router.ts'
import { appState, status, vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { shown } from '../../ui/shown.ts'

/** Removes the vault from this browser, once its name was typed. */
export function EraseDialog({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const name = appState.value.device
  const expected = name === undefined || name.trim() === '' ? t('erase.word') : shown(name)

  const erase = async () => {
    if (typed.trim() !== expected.trim()) return setWrong(true)
    setBusy(true)
    setError(undefined)
    try {
      await vault().erase()
      forgetKit()
      replace({ screen: 'home' })
    } catch (cause) {
      setError(cause)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('erase.title')}
      onClose={onClose}
      onSubmit={() => void erase()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="danger" type="submit" icon="trash" busy={isBusy}>
            {t(isBusy ? 'erase.working' : 'erase.confirm')}
          </Button>
        </>
      }
    >
      <p>{t('erase.text')}</p>
      <AtRisk />
      <Field
        label={expected === t('erase.word') ? t('erase.typeNameless') : t('erase.type', { name: expected })}
        value={typed}
        onInput={(value) => {
          setTyped(value)
          setWrong(false)
        }}
        error={isWrong ? t('erase.mismatch') : undefined}
      />
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  )
}

/** What would be lost, as far as is known now. */
function AtRisk() {
  const { state, onlyHere, peers } = status.value
  if (state === 'unknown') return <Note tone="warn">{t('erase.unknown')}</Note>
  if (peers.length === 0) return <Note tone="warn">{t('erase.alone')}</Note>
  if (onlyHere.files === 0) return null
  return <Note tone="warn">{t('erase.only', { count: onlyHere.files })}</Note>
}
