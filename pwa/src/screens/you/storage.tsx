import { useState } from 'preact/hooks'
import { useLoaded } from '../../app/loaded.ts'
import { vault } from '../../app/vault.ts'
import type { StorageState } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/list.tsx'
import { Note } from '../../ui/note.tsx'
import { Meter, Waiting } from '../../ui/progress.tsx'
import { sizeText } from '../files/format.ts'

/** How much room there is, and whether the browser may take it back. */
export function Storage() {
  const storage = useLoaded(() => vault().storage())
  return (
    <Section title={t('you.storage')}>
      {storage.error !== undefined && <ErrorNote error={storage.error} retry={storage.reload} />}
      {storage.value === undefined && storage.error === undefined && <Waiting>{t('common.loading')}</Waiting>}
      {storage.value !== undefined && (
        <>
          <Room storage={storage.value} />
          <Lasting persisted={storage.value.persisted} onAnswered={storage.reload} />
        </>
      )}
    </Section>
  )
}

/** Above this share the meter warns. */
const NEARLY_FULL = 0.85

function Room({ storage }: { storage: StorageState }) {
  const { usedBytes: used, quotaBytes: quota, blobBytes, droppableBytes } = storage
  const share = used === undefined || quota === undefined || quota === 0 ? undefined : used / quota
  return (
    <div class="stack-tight">
      {share !== undefined && (
        <Meter label={t('you.storage.meter')} value={share} tone={share > NEARLY_FULL ? 'warn' : 'plain'} />
      )}
      <p>{usedText(used, quota)}</p>
      <p class="muted small">
        {t('you.storage.files', { bytes: sizeText(blobBytes) })}
        {droppableBytes > 0 && `; ${t('you.storage.droppable', { bytes: sizeText(droppableBytes) })}`}
      </p>
    </div>
  )
}

function usedText(used: number | undefined, quota: number | undefined): string {
  if (used === undefined) return t('you.storage.unknown')
  if (quota === undefined) return t('you.storage.usedOnly', { used: sizeText(used) })
  return t('you.storage.used', { used: sizeText(used), quota: sizeText(quota) })
}

/** Whether the browser promised not to clear it, with the question where it has not. */
function Lasting({ persisted, onAnswered }: { persisted: boolean | undefined; onAnswered: () => void }) {
  const [isRefused, setRefused] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const ask = async () => {
    setAsking(true)
    const isGranted = await vault()
      .persist()
      .catch(() => false)
    setAsking(false)
    setRefused(!isGranted)
    onAnswered()
  }
  if (persisted === true)
    return (
      <Note tone="ok" title={t('you.storage.persistent')}>
        <p>{t('you.storage.persistent.text')}</p>
      </Note>
    )
  return (
    <Note
      tone="warn"
      title={t(persisted === undefined ? 'you.storage.unsaid' : 'you.storage.temporary')}
      actions={
        <Button icon="star" busy={isAsking} onClick={() => void ask()}>
          {t('you.storage.ask')}
        </Button>
      }
    >
      <p role="status">{t(isRefused ? 'you.storage.refused' : 'you.storage.temporary.text')}</p>
    </Note>
  )
}
