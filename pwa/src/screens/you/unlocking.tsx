import { useState } from 'preact/hooks'
import { kitMemory } from '../../app/kit-memory.ts'
import { vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Row, Section } from '../../ui/list.tsx'
import { KitDialog } from '../recover/kit-dialog.tsx'
import { timeText } from '../files/format.ts'

/** How this device is opened, and what opens everything when all devices are lost. */
export function Unlocking() {
  const [isLocking, setLocking] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isChecking, setChecking] = useState(false)
  const lock = async () => {
    setLocking(true)
    setError(undefined)
    try {
      await vault().lock()
    } catch (cause) {
      setError(cause)
      setLocking(false)
    }
  }
  return (
    <Section
      title={t('you.security')}
      actions={
        <Button icon="lock" busy={isLocking} onClick={() => void lock()}>
          {t(isLocking ? 'you.locking' : 'you.lock')}
        </Button>
      }
    >
      {error !== undefined && <ErrorNote error={error} />}
      <List label={t('you.security')}>
        <Row icon="words" title={t('you.passphrase')} detail={t('you.passphrase.text')} />
        <Row
          icon="key"
          title={t('you.kit')}
          detail={kitText()}
          end={
            <Button kind="quiet" onClick={() => setChecking(true)}>
              {t('you.kit.check')}
            </Button>
          }
        />
      </List>
      {isChecking && <KitDialog onClose={() => setChecking(false)} />}
    </Section>
  )
}

function kitText(): string {
  const memory = kitMemory()
  switch (memory.state) {
    case 'proved':
      return t('you.kit.proved', { when: timeText(memory.atMs) })
    case 'unproved':
      return t('you.kit.unproved')
    case 'elsewhere':
      return t('you.kit.elsewhere')
  }
}
