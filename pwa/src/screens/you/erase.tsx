import { useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/list.tsx'
import { EraseDialog } from './erase-dialog.tsx'

export function Erase() {
  const [isOpen, setOpen] = useState(false)
  return (
    <Section
      title={t('you.erase')}
      actions={
        <Button kind="danger" icon="trash" onClick={() => setOpen(true)}>
          {t('you.erase.open')}
        </Button>
      }
    >
      <p class="muted">{t('you.erase.text')}</p>
      {isOpen && <EraseDialog onClose={() => setOpen(false)} />}
    </Section>
  )
}
