import './move-dialog.css'
import { useMemo, useState } from 'preact/hooks'
import { vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Row } from '../../ui/list.tsx'
import { Name } from '../../ui/name.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { toast } from '../../ui/toast.tsx'
import { moveInto } from './operations.ts'
import { BY_NAME, sorted } from './order.ts'
import { nameOf, parentOf, ROOT } from './paths.ts'
import { useListing } from './use-listing.ts'

/** Chooses a folder and moves things into it. Folders that are moved themselves cannot be entered. */
export function MoveDialog({ paths, onClose }: { paths: readonly string[]; onClose: (isMoved: boolean) => void }) {
  const [folder, setFolder] = useState(parentOf(paths[0]!))
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const listing = useListing(folder)
  const { value: entries } = listing.entries
  const { value: state } = listing.state
  const moved = useMemo(() => new Set(paths), [paths])
  const folders = useMemo(
    () => sorted(entries, BY_NAME).filter(({ kind, path }) => kind === 'folder' && !moved.has(path)),
    [entries, moved]
  )
  const isThere = paths.every((path) => parentOf(path) === folder)
  const go = async (): Promise<void> => {
    setBusy(true)
    try {
      await moveInto(vault(), paths, folder)
      toast({ text: t('files.moved', { count: paths.length }) })
      onClose(true)
    } catch (cause) {
      setError(cause)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('files.move.title', { count: paths.length })}
      shape="sheet"
      onClose={() => onClose(false)}
      actions={
        <>
          <Button onClick={() => onClose(false)}>{t('common.cancel')}</Button>
          <Button kind="primary" disabled={isThere} busy={isBusy} onClick={() => void go()}>
            {t('files.move.here')}
          </Button>
        </>
      }
    >
      <div class="move-place">
        {folder !== ROOT && (
          <Button kind="quiet" icon="back" onClick={() => setFolder(parentOf(folder))}>
            {t('common.back')}
          </Button>
        )}
        <strong class="move-folder">{folder === ROOT ? t('files.root') : <Name text={nameOf(folder)} cut />}</strong>
      </div>
      {isThere && <p class="move-hint">{t('files.move.there')}</p>}
      {typeof state === 'object' && <ErrorNote error={state.error} />}
      {state === 'loading' ? (
        <Waiting>{t('files.loading')}</Waiting>
      ) : folders.length === 0 ? (
        <p class="move-hint">{t('files.move.empty')}</p>
      ) : (
        <div class="move-list">
          <List label={t('files.list')}>
            {folders.slice(0, MOST_SHOWN).map(({ path, name }) => (
              <Row key={path} icon="folder" title={<Name text={name} cut />} onClick={() => setFolder(path)} />
            ))}
          </List>
        </div>
      )}
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  )
}

/** More folders in one folder than this nobody scrolls through. */
const MOST_SHOWN = 1000
