import { useState } from 'preact/hooks'
import { VERSION } from '../../app/version.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { copyText } from '../../ui/hand-out.ts'
import { List, Row, Section } from '../../ui/list.tsx'
import { diagnostics } from './diagnostics.ts'

/** What runs here, and what helps to find out why it does not. */
export function About() {
  const [report, setReport] = useState<string>()
  return (
    <Section title={t('you.about')}>
      <List label={t('you.about')}>
        <Row
          icon="info"
          title={t('you.version', { version: VERSION })}
          detail={<span class="name">{t('you.build', { build: __BUILD__ })}</span>}
        />
        <Row
          icon="activity"
          title={t('you.diagnostics')}
          detail={t('you.diagnostics.text')}
          onClick={() => void diagnostics().then(setReport)}
        />
      </List>
      {report !== undefined && (
        <Dialog
          title={t('you.diagnostics')}
          onClose={() => setReport(undefined)}
          actions={
            <Button kind="primary" icon="copy" onClick={() => void copyText(report)}>
              {t('you.diagnostics.copy')}
            </Button>
          }
        >
          <p class="muted small">{t('you.diagnostics.text')}</p>
          <pre class="code-block" tabIndex={0} aria-label={t('you.diagnostics')}>
            {report}
          </pre>
        </Dialog>
      )}
    </Section>
  )
}
