import { useState } from 'preact/hooks'
import { eventsOf, textOf } from '../../app/fields.ts'
import { useLoaded } from '../../app/loaded.ts'
import { run } from '../../app/vault.ts'
import { QrPicture } from '../../qr/qr-picture.tsx'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field } from '../../ui/field.tsx'
import { canShare, copyText, shareText } from '../../ui/hand-out.ts'
import { Waiting } from '../../ui/progress.tsx'

/** Codes of more text than this have modules too small for a phone's camera. */
const SCANNABLE_CHARACTERS = 1400

/** The card of this account, to be given to somebody who wants to share. */
export function CardDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [saveError, setSaveError] = useState<unknown>()
  const card = useLoaded(async () => contactOf(await run('contact', {})))
  const rename = async () => {
    setBusy(true)
    setSaveError(undefined)
    try {
      await run('contact', { name: name!.trim() })
      card.reload()
      setName(undefined)
    } catch (cause) {
      setSaveError(cause)
    } finally {
      setBusy(false)
    }
  }
  const shownCard = card.value
  return (
    <Dialog
      title={t('you.card')}
      onClose={onClose}
      {...(name !== undefined && name.trim() !== '' && { onSubmit: () => void rename() })}
    >
      <p>{t('you.card.lead')}</p>
      {card.error !== undefined && <ErrorNote error={card.error} retry={card.reload} />}
      {shownCard === undefined && card.error === undefined && <Waiting>{t('common.loading')}</Waiting>}
      {shownCard !== undefined && (
        <>
          {shownCard.text.length <= SCANNABLE_CHARACTERS ? (
            <QrPicture text={shownCard.text} label={t('you.card.qr')} />
          ) : (
            <p class="muted">{t('you.card.long')}</p>
          )}
          <div class="dialog-actions">
            <Button icon="copy" onClick={() => void copyText(shownCard.text)}>
              {t('you.card.copy')}
            </Button>
            {canShare() && (
              <Button icon="share" onClick={() => void shareText(shownCard.text)}>
                {t('you.card.share')}
              </Button>
            )}
          </div>
          <Field
            label={t('you.card.name')}
            hint={t('you.card.name.hint')}
            value={name ?? shownCard.name}
            onInput={setName}
          />
          {saveError !== undefined && <ErrorNote error={saveError} />}
          {name !== undefined && name.trim() !== '' && name !== shownCard.name && (
            <Button type="submit" busy={isBusy}>
              {t('common.save')}
            </Button>
          )}
        </>
      )}
    </Dialog>
  )
}

function contactOf(events: Awaited<ReturnType<typeof run>>): { text: string; name: string } {
  const [contact] = eventsOf(events, 'contact')
  return { text: textOf(contact ?? {}, 'card'), name: textOf(contact ?? {}, 'name') }
}
