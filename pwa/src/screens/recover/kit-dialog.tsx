import { useRef, useState } from 'preact/hooks'
import { eventsOf, numberOf, textsOf } from '../../app/fields.ts'
import { codeOf } from '../../app/error-sentence.ts'
import { kitProved } from '../../app/kit-memory.ts'
import { vault } from '../../app/vault.ts'
import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import type { FieldElement } from '../../ui/field.tsx'
import { saveText } from '../../ui/hand-out.ts'
import { Note } from '../../ui/note.tsx'
import { kitIn, withLines } from './given-kit.ts'
import { KitText } from './kit-text.tsx'

interface Checked {
  readonly relays: number
  /** Lines of relays that the kit does not name. */
  readonly lacking: readonly string[]
  readonly kit: string
  /** What stands in the way of coming back by it now. */
  readonly error: unknown
}

/** Rehearses coming back by the kit, and hands out one that names all relays. Nothing of the words is kept. */
export function KitDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [checked, setChecked] = useState<Checked>()
  const field = useRef<FieldElement>(null)
  const check = async () => {
    const kit = kitIn(text)
    setWrong(kit === undefined)
    if (isBusy) return
    if (kit === undefined) return field.current?.focus()
    setBusy(true)
    setError(undefined)
    const events: VaultEvent[] = []
    const failure = await vault()
      .run('recovery test', { words: kit }, { onEvent: (event) => events.push(event) })
      .then(
        () => undefined,
        (cause: unknown) => cause
      )
    setBusy(false)
    const [told] = eventsOf(events, 'recovery')
    // They are not the words of this account, or no words at all.
    if (told === undefined) return setError(failure)
    kitProved(Date.now())
    setChecked({ relays: numberOf(told, 'relays'), lacking: textsOf(told, 'lacking'), kit, error: failure })
  }
  if (checked !== undefined) return <Result checked={checked} onClose={onClose} />
  return (
    <Dialog
      title={t('kitCheck.title')}
      onClose={onClose}
      onSubmit={() => void check()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" type="submit" busy={isBusy}>
            {t(isBusy ? 'kitCheck.checking' : 'kitCheck.check')}
          </Button>
        </>
      }
    >
      <p>{t('kitCheck.lead')}</p>
      <KitText
        text={text}
        onText={(value) => {
          setText(value)
          setWrong(false)
        }}
        error={isWrong ? t('recover.words.missing') : undefined}
        inputRef={field}
      />
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  )
}

function Result({ checked, onClose }: { checked: Checked; onClose: () => void }) {
  const { relays, lacking, kit, error } = checked
  return (
    <Dialog
      title={t('kitCheck.title')}
      onClose={onClose}
      actions={
        <>
          {lacking.length > 0 && (
            <Button icon="download" onClick={() => saveText(t('kit.file'), withLines(kit, lacking))}>
              {t('kitCheck.save')}
            </Button>
          )}
          <Button kind="primary" onClick={onClose}>
            {t('common.done')}
          </Button>
        </>
      }
    >
      <Note tone="ok" alert>
        {t('kitCheck.fits')}
      </Note>
      {relays === 0 && <p>{t('kitCheck.noRelay')}</p>}
      {lacking.length > 0 && <p>{t('kitCheck.lacking', { count: lacking.length })}</p>}
      {error !== undefined && (
        <Note tone="warn" title={t('kitCheck.notNow')}>
          <p>{t(codeOf(error) === 'NO_RECORD' ? 'kitCheck.notNow.text' : 'kitCheck.notNow.other')}</p>
        </Note>
      )}
      {error === undefined && relays > 0 && <p>{t('kitCheck.works')}</p>}
    </Dialog>
  )
}
