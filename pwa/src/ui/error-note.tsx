import type { ComponentChildren } from 'preact'
import { sentenceOf } from '../app/error-sentence.ts'
import { t } from '../strings/t.ts'
import { Button } from './button.tsx'
import { Note } from './note.tsx'

/** What went wrong: the cause, the next step and the code. Whatever was thrown may be given to it. */
export function ErrorNote({
  error,
  retry,
  actions
}: {
  error: unknown
  retry?: () => void
  actions?: ComponentChildren
}) {
  const { cause, remedy, code } = sentenceOf(error)
  const buttons = (retry !== undefined || actions !== undefined) && (
    <>
      {retry !== undefined && (
        <Button icon="refresh" onClick={retry}>
          {t('common.tryAgain')}
        </Button>
      )}
      {actions}
    </>
  )
  return (
    <Note tone="danger" title={cause} alert actions={buttons === false ? undefined : buttons}>
      <p>{remedy}</p>
      <p class="note-code">{t('common.code', { code })}</p>
    </Note>
  )
}
