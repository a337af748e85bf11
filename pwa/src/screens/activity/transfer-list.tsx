import { useEffect, useState } from 'preact/hooks'
import { announce } from '../../app/announce.ts'
import { stayAwake } from '../../app/awake.ts'
import { vault } from '../../app/vault.ts'
import type { Transfer, Transfers } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/list.tsx'
import { Name } from '../../ui/name.tsx'
import { Note } from '../../ui/note.tsx'
import { Progress } from '../../ui/progress.tsx'
import { shown } from '../../ui/shown.ts'
import { tellError } from '../files/file-actions.ts'
import { sizeText } from '../files/format.ts'
import { nameOf } from '../files/paths.ts'

/** What is being sent and brought, and the switch that stops it for a while. */
export function TransferList() {
  const { value: now, error, reload } = useTransfers()
  const [isBusy, setBusy] = useState(false)
  const isPaused = now?.paused === true
  const count = now?.files.length ?? 0
  useEffect(() => {
    if (isPaused) announce(t('activity.paused'))
  }, [isPaused])
  useEffect(() => (count > 0 && !isPaused ? stayAwake() : undefined), [count > 0 && !isPaused])
  const turn = async (): Promise<void> => {
    setBusy(true)
    await vault().pause(!isPaused).catch(tellError)
    reload()
    setBusy(false)
  }
  return (
    <Section
      title={t('activity.transfers')}
      actions={
        now !== undefined && (
          <Button icon={isPaused ? 'play' : 'pause'} busy={isBusy} onClick={() => void turn()}>
            {t(isPaused ? 'activity.resume' : 'activity.pause')}
          </Button>
        )
      }
    >
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      {isPaused && (
        <Note tone="warn" icon="pause">
          <p>{t('activity.paused')}</p>
        </Note>
      )}
      {count > 0 && (
        <ul class="transfers">
          {now!.files.map((transfer) => (
            <TransferRow key={`${transfer.direction} ${transfer.path}`} transfer={transfer} />
          ))}
        </ul>
      )}
      {now !== undefined && (
        <div class="transfer-sums">
          {count === 0 && now.missingBlobs === 0 && <p>{t('activity.idle')}</p>}
          {now.missingBlobs > 0 && <p>{t('activity.waiting', { count: now.missingBlobs })}</p>}
          <p>{t('activity.sums', { received: sizeText(now.receivedBytes), sent: sizeText(now.sentBytes) })}</p>
          <p>{t('activity.open')}</p>
        </div>
      )}
    </Section>
  )
}

function TransferRow({ transfer }: { transfer: Transfer }) {
  const { path, direction, bytes, doneBytes } = transfer
  return (
    <li class="transfer">
      <p class="transfer-name" title={shown(path)}>
        <Name text={nameOf(path)} cut />
      </p>
      <Progress
        label={t(direction === 'up' ? 'activity.up' : 'activity.down')}
        value={bytes === 0 ? undefined : doneBytes / bytes}
        text={t('activity.progress', { done: sizeText(doneBytes), total: sizeText(bytes) })}
      />
    </li>
  )
}

interface Looked {
  readonly value: Transfers | undefined
  readonly error: unknown
  reload(): void
}

/** Looked at once a second while somebody looks: bytes that pass change nothing else. */
function useTransfers(): Looked {
  const [state, setState] = useState<Pick<Looked, 'value' | 'error'>>({ value: undefined, error: undefined })
  const [wish, setWish] = useState(0)
  useEffect(() => {
    let isEnded = false
    let isLooking = false
    const look = async (): Promise<void> => {
      if (isLooking || document.visibilityState !== 'visible') return
      isLooking = true
      await vault()
        .transfers()
        .then(
          (value) => isEnded || setState({ value, error: undefined }),
          (error: unknown) => isEnded || setState(({ value }) => ({ value, error }))
        )
      isLooking = false
    }
    void look()
    const timer = setInterval(() => void look(), 1000)
    return () => {
      isEnded = true
      clearInterval(timer)
    }
  }, [wish])
  return { ...state, reload: () => setWish((wishes) => wishes + 1) }
}
