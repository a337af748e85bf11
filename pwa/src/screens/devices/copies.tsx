import { useState } from 'preact/hooks'
import { changes, run, status } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { Section } from '../../ui/list.tsx'
import { toast } from '../../ui/toast.tsx'
import './copies.css'

/** How many files are in how many places: one copy only is a state to be seen. */
export function Copies() {
  const [isChecking, setChecking] = useState(false)
  const [error, setError] = useState<unknown>()
  const { state, copies, onlyHere } = status.value
  if (state === 'unknown') return null
  const { none, one, more } = copies
  const check = async () => {
    setChecking(true)
    setError(undefined)
    try {
      await run('verify', {})
      changes.value++
      toast({ text: t('devices.checked') })
    } catch (cause) {
      setError(cause)
    } finally {
      setChecking(false)
    }
  }
  return (
    <Section
      title={t('devices.copies')}
      actions={
        <Button kind="quiet" icon="check" busy={isChecking} onClick={() => void check()}>
          {t(isChecking ? 'devices.checking' : 'devices.check')}
        </Button>
      }
    >
      {error !== undefined && <ErrorNote error={error} />}
      <ul class="copies">
        {more > 0 && <Line icon="here" tone="ok" text={t('devices.copies.more', { count: more })} />}
        {one > 0 && (
          <Line
            icon="only-here"
            tone="warn"
            text={t('devices.copies.one', { count: one })}
            {...(onlyHere.files > 0 && { detail: t('devices.copies.onlyHere', { count: onlyHere.files }) })}
          />
        )}
        {none > 0 && <Line icon="missing" tone="danger" text={t('devices.copies.none', { count: none })} />}
        {none + one + more === 0 && <li class="muted">{t('devices.copies.empty')}</li>}
      </ul>
    </Section>
  )
}

function Line({ icon, tone, text, detail }: { icon: IconName; tone: string; text: string; detail?: string }) {
  return (
    <li class={`copies-${tone}`}>
      <Icon name={icon} />
      <span>
        {text}
        {detail !== undefined && <span class="copies-detail">{detail}</span>}
      </span>
    </li>
  )
}
