import { isUpdateReady, takeUpdate } from '../../app/updates.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'

/** A newer build waits: taken when the person says so, never under their hands. */
export function UpdateNote() {
  if (!isUpdateReady.value) return null
  return (
    <Note
      icon="refresh"
      title={t('you.update')}
      actions={
        <Button kind="primary" onClick={takeUpdate}>
          {t('you.update.now')}
        </Button>
      }
    >
      <p>{t('you.update.text')}</p>
    </Note>
  )
}
