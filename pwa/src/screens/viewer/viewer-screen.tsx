import './viewer-screen.css'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { back, navigate, replace } from '../../app/router.ts'
import { t } from '../../strings/t.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { alongText } from '../../ui/direction.ts'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { Screen } from '../../ui/screen.tsx'
import { shown } from '../../ui/shown.ts'
import { actionsFor } from '../files/entry-actions.ts'
import { deleteWithUndo } from '../files/file-actions.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { order } from '../files/files-state.ts'
import { RenameDialog } from '../files/folder-dialogs.tsx'
import { LeavingNote } from '../files/leaving-note.tsx'
import { MoveDialog } from '../files/move-dialog.tsx'
import { sorted } from '../files/order.ts'
import { joined, nameOf, parentOf } from '../files/paths.ts'
import { useKept } from '../files/use-kept.ts'
import { useListing } from '../files/use-listing.ts'
import { Content } from './content.tsx'
import { Details } from './details.tsx'
import { Versions } from './versions.tsx'

/** One file: its content, what is known of it, what can be done with it, and its neighbours in the folder. */
export function ViewerScreen({ path }: { path: string }) {
  const folder = parentOf(path)
  const listing = useListing(folder)
  const { value: entries } = listing.entries
  const { value: state } = listing.state
  const { value: by } = order
  const files = useMemo(() => sorted(entries, by).filter(({ kind }) => kind !== 'folder'), [entries, by])
  const at = files.findIndex((entry) => entry.path === path)
  const entry = files[at]
  const close = (): void => back({ screen: 'files', path: folder })
  return (
    <Screen
      key={path}
      wide
      title={nameOf(path)}
      page={t('viewer.title')}
      lead={<IconButton icon="back" label={t('viewer.close')} onClick={close} />}
      actions={entry !== undefined && <Actions entry={entry} entries={entries} files={files} at={at} />}
    >
      {entry !== undefined ? (
        <div class="viewer">
          <div class="viewer-content">
            <LeavingNote />
            <Content entry={entry} />
          </div>
          <aside class="viewer-side" aria-label={t('viewer.details')}>
            <Details entry={entry} />
            <Versions path={path} />
          </aside>
        </div>
      ) : typeof state === 'object' ? (
        <ErrorNote error={state.error} retry={() => listing.refresh()} />
      ) : state === 'loading' ? (
        <Waiting>{t('viewer.loading')}</Waiting>
      ) : (
        <Empty
          icon="missing"
          title={t('viewer.gone.title')}
          action={<Button onClick={() => replace({ screen: 'files', path: folder })}>{t('viewer.close')}</Button>}
        >
          {t('viewer.gone.text')}
        </Empty>
      )}
    </Screen>
  )
}

interface ActionsProps {
  readonly entry: FileEntry
  readonly entries: readonly FileEntry[]
  readonly files: readonly FileEntry[]
  readonly at: number
}

function Actions({ entry, entries, files, at }: ActionsProps) {
  const [asked, setAsked] = useState<'rename' | 'move'>()
  const [previous, next] = [files[at - 1], files[at + 1]]
  const show = (other: FileEntry | undefined): void => {
    if (other !== undefined) replace({ screen: 'view', path: other.path })
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target !== document.body && !(event.target as HTMLElement).matches('h1')) return
      const key = alongText(event.key)
      if (key === 'ArrowLeft') show(previous)
      if (key === 'ArrowRight') show(next)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [previous?.path, next?.path])
  const deleteIt = async (): Promise<void> => {
    const goesTo = next ?? previous
    if (!(await deleteWithUndo([entry.path]))) return
    if (goesTo !== undefined) show(goesTo)
    else replace({ screen: 'files', path: entry.folder })
  }
  const wishes = { onRename: () => setAsked('rename'), onMove: () => setAsked('move'), onDelete: () => void deleteIt() }
  const items = actionsFor(entry, wishes, useKept())
  return (
    <>
      {files.length > 1 && (
        <span class="viewer-place">
          <IconButton
            icon="back"
            label={t('viewer.previous')}
            disabled={previous === undefined}
            onClick={() => show(previous)}
          />
          <span>{t('viewer.place', { at: at + 1, of: files.length })}</span>
          <IconButton
            icon="forward"
            label={t('viewer.next')}
            disabled={next === undefined}
            onClick={() => show(next)}
          />
        </span>
      )}
      <Menu
        label={t('files.more', { name: shown(entry.name) })}
        items={items
          .slice(1)
          .map(({ label, icon, isDangerous = false, onSelect }) => ({ label, icon, danger: isDangerous, onSelect }))}
      />
      {asked === 'rename' && (
        <RenameDialog
          entry={entry}
          entries={entries}
          onClose={() => setAsked(undefined)}
          onRenamed={(name) => replace({ screen: 'view', path: joined(entry.folder, name) })}
        />
      )}
      {asked === 'move' && (
        <MoveDialog
          paths={[entry.path]}
          onClose={(isMoved) => {
            setAsked(undefined)
            if (isMoved) navigate({ screen: 'files', path: entry.folder })
          }}
        />
      )}
    </>
  )
}
