import { useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/list.tsx'
import { TakeOutDialog } from '../take-out/take-out-dialog.tsx'

/** The way out: everything as ordinary files. */
export function TakeOut() {
  const [isOpen, setOpen] = useState(false)
  return (
    <Section
      title={t('you.takeOut')}
      actions={
        <Button icon="download" onClick={() => setOpen(true)}>
          {t('you.takeOut.open')}
        </Button>
      }
    >
      <p class="muted">{t('you.takeOut.text')}</p>
      {isOpen && <TakeOutDialog onClose={() => setOpen(false)} />}
    </Section>
  )
}
