import { useEffect, useRef, useState } from 'preact/hooks'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { stayAwake } from '../../app/awake.ts'
import { sentenceOf } from '../../app/error-sentence.ts'
import { run, vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { saveFile } from '../../ui/hand-out.ts'
import { Name } from '../../ui/name.tsx'
import { Note } from '../../ui/note.tsx'
import { Progress, Waiting } from '../../ui/progress.tsx'
import { entriesOf } from '../files/file-entry.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { sizeText } from '../files/format.ts'
import { takeOut } from './take-out.ts'
import type { TakeOutProgress } from './take-out.ts'

type Stage =
  | { readonly at: 'looking' }
  | { readonly at: 'ask' }
  | { readonly at: 'running' }
  /** An archive is whole: the browser wants to be asked for each. */
  | { readonly at: 'part'; readonly number: number; readonly archive: Blob; readonly taken: () => void }
  | { readonly at: 'done' }
  | { readonly at: 'failed'; readonly error: unknown }

interface Left {
  readonly path: string
  readonly code: ErrorCode
}

/** Every file of the vault, opened, as archives for the browser's downloads. */
export function TakeOutDialog({ onClose }: { onClose: () => void }) {
  const [stage, setStage] = useState<Stage>({ at: 'looking' })
  const [entries, setEntries] = useState<readonly FileEntry[]>([])
  const [done, setDone] = useState<TakeOutProgress>({ files: 0, bytes: 0 })
  const [left, setLeft] = useState<readonly Left[]>([])
  const ended = useRef(new AbortController())
  useEffect(() => {
    run('ls', { path: '/', long: true, recursive: true }).then(
      (events) => {
        setEntries(entriesOf(events))
        setStage({ at: 'ask' })
      },
      (error: unknown) => setStage({ at: 'failed', error })
    )
    return () => ended.current.abort()
  }, [])

  const start = async () => {
    const { signal } = ended.current
    const show = (next: Stage) => signal.aborted || setStage(next)
    const sleep = stayAwake()
    show({ at: 'running' })
    try {
      const onLeft = (path: string, code: ErrorCode) => setLeft((before) => [...before, { path, code }])
      let number = 0
      for await (const archive of takeOut(vault(), entries, { signal, onProgress: setDone, onLeft })) {
        number++
        await new Promise<void>((taken) => show({ at: 'part', number, archive, taken }))
        show({ at: 'running' })
      }
      show({ at: 'done' })
    } catch (error) {
      show({ at: 'failed', error })
    } finally {
      sleep()
    }
  }
  const files = entries.filter(({ kind }) => kind !== 'folder')
  const bytes = files.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0)
  return (
    <Dialog title={t('takeOut.title')} onClose={onClose} actions={actionsOf(stage, files.length, start, onClose)}>
      {stage.at === 'looking' && <Waiting>{t('common.loading')}</Waiting>}
      {stage.at === 'ask' && (
        <>
          <p>{t('takeOut.ask', { count: files.length, size: sizeText(bytes) })}</p>
          <Note tone="warn">{t('takeOut.warning')}</Note>
        </>
      )}
      {stage.at === 'running' && (
        <Progress
          label={t('takeOut.running')}
          value={bytes === 0 ? undefined : done.bytes / bytes}
          text={t('takeOut.progress', { done: done.files, count: files.length })}
        />
      )}
      {stage.at === 'part' && <p>{t('takeOut.part', { number: stage.number, size: sizeText(stage.archive.size) })}</p>}
      {stage.at === 'done' && (
        <Note tone={left.length === 0 ? 'ok' : 'warn'} alert>
          {t('takeOut.done', { count: done.files })}
        </Note>
      )}
      {stage.at === 'failed' && <ErrorNote error={stage.error} />}
      {left.length > 0 && <LeftOut left={left} />}
    </Dialog>
  )
}

function actionsOf(stage: Stage, files: number, start: () => Promise<void>, onClose: () => void) {
  const isOver = stage.at === 'done' || stage.at === 'failed'
  const save = ({ number, archive, taken }: Extract<Stage, { at: 'part' }>) => {
    saveFile(t('takeOut.file', { number: String(number) }), archive)
    taken()
  }
  return (
    <>
      <Button onClick={onClose}>{t(isOver ? 'common.done' : 'common.cancel')}</Button>
      {stage.at === 'ask' && files > 0 && (
        <Button kind="primary" onClick={() => void start()}>
          {t('takeOut.start')}
        </Button>
      )}
      {stage.at === 'part' && (
        <Button kind="primary" icon="download" onClick={() => save(stage)}>
          {t('takeOut.save', { number: stage.number })}
        </Button>
      )}
    </>
  )
}

/** What stays out, the first few by name. */
function LeftOut({ left }: { left: readonly Left[] }) {
  return (
    <div class="stack-tight">
      <p>{t('takeOut.left', { count: left.length })}</p>
      <ul>
        {left.slice(0, MOST_NAMED).map(({ path, code }) => (
          <li key={path} class="small">
            <Name text={path} /> <span class="muted">{sentenceOf(code).cause}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const MOST_NAMED = 20
