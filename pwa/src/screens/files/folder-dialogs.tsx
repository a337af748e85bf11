import { vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { toast } from '../../ui/toast.tsx'
import { actionsFor } from './entry-actions.ts'
import { EntrySheet } from './entry-sheet.tsx'
import type { FileEntry } from './file-entry.ts'
import { MoveDialog } from './move-dialog.tsx'
import { NameDialog } from './name-dialog.tsx'
import { makeFolder, rename } from './operations.ts'
import { useKept } from './use-kept.ts'

/** What a person is asked in a folder. */
export type Question =
  | { readonly kind: 'folder' }
  | { readonly kind: 'more' | 'rename'; readonly entry: FileEntry }
  | { readonly kind: 'move'; readonly paths: readonly string[] }

interface FolderDialogsProps {
  readonly path: string
  readonly entries: readonly FileEntry[]
  readonly question: Question | undefined
  onQuestion(question: Question | undefined): void
  onDelete(paths: readonly string[]): void
  onSelect(entry: FileEntry): void
  onMoved(): void
}

/** The one dialog that is open, if any. */
export function FolderDialogs({
  path,
  entries,
  question,
  onQuestion,
  onDelete,
  onSelect,
  onMoved
}: FolderDialogsProps) {
  const kept = useKept()
  const onClose = (): void => onQuestion(undefined)
  switch (question?.kind) {
    case undefined:
      return null
    case 'folder':
      return (
        <NameDialog
          title={t('files.folder.new')}
          label={t('files.folder.name')}
          action={t('files.folder.make')}
          entries={entries}
          onClose={onClose}
          onName={async (name) => {
            await makeFolder(vault(), path, name)
            toast({ text: t('files.folder.made') })
          }}
        />
      )
    case 'rename':
      return <RenameDialog entry={question.entry} entries={entries} onClose={onClose} />
    case 'move':
      return (
        <MoveDialog
          paths={question.paths}
          onClose={(isMoved) => {
            onClose()
            if (isMoved) onMoved()
          }}
        />
      )
    case 'more': {
      const { entry } = question
      const wishes = {
        onSelect: () => onSelect(entry),
        onRename: () => onQuestion({ kind: 'rename', entry }),
        onMove: () => onQuestion({ kind: 'move', paths: [entry.path] }),
        onDelete: () => onDelete([entry.path])
      }
      const actions = actionsFor(entry, wishes, kept)
      return <EntrySheet entry={entry} actions={actions} onClose={onClose} />
    }
  }
}

export function RenameDialog(props: {
  entry: FileEntry
  entries: readonly FileEntry[]
  onClose: () => void
  onRenamed?: (name: string) => void
}) {
  const { entry, entries, onClose, onRenamed } = props
  return (
    <NameDialog
      title={t('files.rename.title')}
      label={t('files.rename.name')}
      action={t('files.rename')}
      entries={entries.filter(({ folder }) => folder === entry.folder)}
      entry={entry}
      onClose={onClose}
      onName={async (name) => {
        await rename(vault(), entry, name)
        toast({ text: t('files.renamed') })
        onRenamed?.(name)
      }}
    />
  )
}
