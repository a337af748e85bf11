import { useState } from 'preact/hooks'
import { eventsOf, numberOf } from '../../app/fields.ts'
import { vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { shown } from '../../ui/shown.ts'
import { toast } from '../../ui/toast.tsx'
import { nameOf } from './device-views.ts'
import type { DeviceView } from './device-views.ts'

/** Removes a device from the account for good, once its name was typed. */
export function RevokeDialog({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  const name = shown(nameOf(device))
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [question, setQuestion] = useState<Question>()

  const revoke = async () => {
    if (isBusy) return
    if (typed.trim() !== name.trim()) return setWrong(true)
    setBusy(true)
    setError(undefined)
    try {
      const args = { name: device.id, keep: [], force: false }
      const events = await vault().run('devices revoke', args, { ask: (text) => agreed(text, setQuestion) })
      const [told] = eventsOf(events, 'revoked')
      const count = told === undefined ? 0 : numberOf(told, 'informed')
      toast({ text: count === 0 ? t('revoke.uninformed', { name }) : t('revoke.done.informed', { name, count }) })
      onClose()
    } catch (cause) {
      setError(cause)
      setBusy(false)
    }
  }
  if (question !== undefined)
    return (
      <Dialog
        title={t('revoke.question')}
        onClose={() => question.answer(false)}
        actions={
          <>
            <Button onClick={() => question.answer(false)}>{t('common.cancel')}</Button>
            <Button kind="danger" onClick={() => question.answer(true)}>
              {t('revoke.confirm')}
            </Button>
          </>
        }
      >
        <p>{question.text}</p>
      </Dialog>
    )
  return (
    <Dialog
      title={t('revoke.title', { name })}
      onClose={onClose}
      onSubmit={() => void revoke()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="danger" type="submit" busy={isBusy}>
            {t(isBusy ? 'revoke.working' : 'revoke.confirm')}
          </Button>
        </>
      }
    >
      {device.isAlike && <Note tone="warn">{t('revoke.alike', { name })}</Note>}
      <p>{t('revoke.text')}</p>
      <Note tone="warn">{t('revoke.others')}</Note>
      <Field
        label={t('revoke.type', { name })}
        value={typed}
        onInput={(value) => {
          setTyped(value)
          setWrong(false)
        }}
        error={isWrong ? t('revoke.mismatch') : undefined}
      />
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  )
}

type Question = { readonly text: string; readonly answer: (isYes: boolean) => void }

/** The name was typed already: only where others fall with this one is there something left to ask. */
function agreed(text: string, ask: (question: Question | undefined) => void): Promise<boolean> {
  if (!text.includes(OTHERS_TOO)) return Promise.resolve(true)
  return new Promise((resolve) => {
    const answer = (isYes: boolean) => {
      ask(undefined)
      resolve(isYes)
    }
    ask({ text: text.replace(OTHERS_TOO, '.'), answer })
  })
}

/** How the question ends where there are others: for a command line. */
const OTHERS_TOO = '; --keep NAME lets one stay.'
