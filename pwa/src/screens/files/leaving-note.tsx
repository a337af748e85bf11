import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Progress } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import { leaving } from './save.ts'

/** While a copy is prepared to be saved or shared. */
export function LeavingNote() {
  const { value } = leaving
  if (value === undefined) return null
  return (
    <Note icon="download" actions={<Button onClick={value.stop}>{t('common.cancel')}</Button>}>
      <Progress label={t('files.saving', { name: shown(value.name) })} value={value.done} />
    </Note>
  )
}
