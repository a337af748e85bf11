import { useState } from 'preact/hooks'
import { eventsOf, textOf } from '../../app/fields.ts'
import { run } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field } from '../../ui/field.tsx'
import { copyText } from '../../ui/hand-out.ts'
import { Note } from '../../ui/note.tsx'
import { shown } from '../../ui/shown.ts'
import { KitDialog } from '../recover/kit-dialog.tsx'

/** A relay is added by the code it gave out; then the kit should name it. */
export function AddRelayDialog({ onClose }: { onClose: () => void }) {
  const [code, setCode] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isUpdating, setUpdating] = useState(false)
  const [added, setAdded] = useState<{ readonly name: string; readonly kitLine: string }>()
  const add = async () => {
    if (isBusy) return
    if (code.trim() === '') return setWrong(true)
    setBusy(true)
    setError(undefined)
    try {
      const [relay] = eventsOf(await run('relay add', { code: code.trim() }), 'relay')
      setAdded({ name: textOf(relay ?? {}, 'name'), kitLine: textOf(relay ?? {}, 'kitLine') })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  if (isUpdating) return <KitDialog onClose={onClose} />
  if (added !== undefined)
    return (
      <Dialog
        title={t('devices.relay.add')}
        onClose={onClose}
        actions={
          <>
            <Button icon="copy" onClick={() => void copyText(added.kitLine)}>
              {t('devices.relay.kit.copy')}
            </Button>
            <Button icon="key" onClick={() => setUpdating(true)}>
              {t('devices.relay.kit.whole')}
            </Button>
            <Button kind="primary" onClick={onClose}>
              {t('common.done')}
            </Button>
          </>
        }
      >
        <Note tone="ok" alert>
          {t('devices.relay.added', { name: shown(added.name === '' ? t('devices.relay.nameless') : added.name) })}
        </Note>
        <p>{t('devices.relay.kit')}</p>
        <p class="code-block">{shown(added.kitLine)}</p>
      </Dialog>
    )
  return (
    <Dialog
      title={t('devices.relay.add')}
      onClose={onClose}
      onSubmit={() => void add()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" type="submit" busy={isBusy}>
            {t(isBusy ? 'devices.relay.adding' : 'devices.relay.add')}
          </Button>
        </>
      }
    >
      <p>{t('devices.relay.add.lead')}</p>
      <Field
        label={t('devices.relay.code')}
        hint={t('devices.relay.code.hint')}
        rows={3}
        mono
        value={code}
        onInput={(value) => {
          setCode(value)
          setWrong(false)
        }}
        error={isWrong ? t('devices.relay.code.missing') : undefined}
      />
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  )
}
