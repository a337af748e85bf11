import type { ErrorCode } from '@holdfast/core/base/errors'
import { useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EraseDialog } from '../you/erase-dialog.tsx'

/** What is stored cannot be opened: why, and the two ways on. */
export function FailedScreen({ code }: { code: ErrorCode | undefined }) {
  const [isErasing, setErasing] = useState(false)
  return (
    <Panel title={t('failed.title')} lead={t('failed.text')} icon="error" tone="danger">
      <ErrorNote error={code} />
      <div class="stack-tight">
        <Button kind="primary" icon="refresh" wide onClick={() => location.reload()}>
          {t('failed.reload')}
        </Button>
        <Button kind="quiet" wide onClick={() => setErasing(true)}>
          {t('locked.forgotten.erase')}
        </Button>
      </div>
      {isErasing && <EraseDialog onClose={() => setErasing(false)} />}
    </Panel>
  )
}
