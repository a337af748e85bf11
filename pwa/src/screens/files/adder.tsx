import './adder.css'
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Name } from '../../ui/name.tsx'
import { addFiles, tellProblem } from './add-run.ts'
import { givenBy, givenFiles, placed, takenOf } from './adding.ts'
import type { Given, WhenTaken } from './adding.ts'
import { ActionList } from './entry-sheet.tsx'
import { tellError } from './file-actions.ts'
import type { FileEntry } from './file-entry.ts'

interface AdderProps {
  readonly folder: string
  readonly entries: readonly FileEntry[]
  readonly onNewFolder: () => void
  /** Whether the ways in are shown. */
  readonly isOpen: boolean
  readonly onOpen: (isOpen: boolean) => void
}

/** The ways in: chosen, photographed, dropped on the page, pasted. Names that are taken are asked about once for all. */
export function Adder({ folder, entries, onNewFolder, isOpen, onOpen }: AdderProps) {
  const [question, setQuestion] = useState<readonly Given[] | undefined>()
  const files = useRef<HTMLInputElement>(null)
  const photo = useRef<HTMLInputElement>(null)
  const tree = useRef<HTMLInputElement>(null)

  const put = (given: readonly Given[], whenTaken: WhenTaken): void => {
    if (given.length > 0) void addFiles(placed(given, folder, entries, whenTaken))
  }
  const take = (given: readonly Given[]): void => {
    if (takenOf(given, entries).length > 0) setQuestion(given)
    else put(given, 'both')
  }
  const isOver = useTransfers(take)
  const onChosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement
    take(givenFiles(input.files ?? []))
    // The same file may be chosen again.
    input.value = ''
  }
  return (
    <>
      <Button kind="primary" icon="add" onClick={() => onOpen(true)}>
        {t('files.add')}
      </Button>
      <input ref={files} hidden type="file" multiple data-testid="add-files" onChange={onChosen} />
      <input ref={photo} hidden type="file" accept="image/*" capture="environment" onChange={onChosen} />
      <input ref={markAsTree(tree)} hidden type="file" multiple onChange={onChosen} />
      {isOver && (
        <div class="drop-here" aria-hidden="true">
          <Icon name="upload" size={32} />
          <span>{t('files.add.drop')}</span>
        </div>
      )}
      {isOpen && (
        <Dialog title={t('files.add')} shape="sheet" onClose={() => onOpen(false)}>
          <ActionList
            onClose={() => onOpen(false)}
            actions={[
              { label: t('files.add.files'), icon: 'file', onSelect: () => files.current?.click() },
              { label: t('files.add.photo'), icon: 'camera', onSelect: () => photo.current?.click() },
              { label: t('files.add.folder'), icon: 'upload', onSelect: () => tree.current?.click() },
              { label: t('files.folder.new'), icon: 'folder', onSelect: onNewFolder }
            ]}
          />
        </Dialog>
      )}
      {question !== undefined && (
        <TakenDialog
          taken={takenOf(question, entries)}
          onClose={() => setQuestion(undefined)}
          onAnswer={(whenTaken) => {
            setQuestion(undefined)
            put(question, whenTaken)
          }}
        />
      )}
    </>
  )
}

/** The types of elements do not know it, every browser does. */
function markAsTree(tree: { current: HTMLInputElement | null }): (input: HTMLInputElement | null) => void {
  return (input) => {
    tree.current = input
    if (input !== null) input.webkitdirectory = true
  }
}

function TakenDialog(props: {
  taken: readonly Given[]
  onAnswer: (whenTaken: WhenTaken) => void
  onClose: () => void
}) {
  const { taken, onAnswer, onClose } = props
  const count = taken.length
  return (
    <Dialog
      title={t('files.taken.title', { count })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button onClick={() => onAnswer('both')}>{t('files.taken.both')}</Button>
          <Button kind="primary" onClick={() => onAnswer('version')}>
            {t('files.taken.version')}
          </Button>
        </>
      }
    >
      <p>{t('files.taken.text', { count })}</p>
      <ul class="taken-names">
        {taken.slice(0, MOST_NAMED).map(({ names }) => (
          <li key={names[0]}>
            <Name text={names[0]!} />
          </li>
        ))}
        {count > MOST_NAMED && <li>{t('files.add.more', { count: count - MOST_NAMED })}</li>}
      </ul>
    </Dialog>
  )
}

/** Hears what is dropped on or pasted into the page. Returns whether something is held over it. */
function useTransfers(take: (given: readonly Given[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  const latest = useRef(take)
  latest.current = take
  useEffect(() => {
    const ended = new AbortController()
    const { signal } = ended
    const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true
    const receive = (transfer: DataTransfer): void =>
      void givenBy(transfer).then(({ given, left }) => {
        if (left.tooMany + left.tooDeep > 0) tellProblem({ failed: [], left })
        latest.current(given)
      }, tellError)
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    addEventListener('dragenter', over, { signal })
    addEventListener('dragover', over, { signal })
    addEventListener('dragleave', (event) => event.relatedTarget === null && setOver(false), { signal })
    addEventListener(
      'drop',
      (event) => {
        setOver(false)
        if (!hasFiles(event)) return
        event.preventDefault()
        receive(event.dataTransfer!)
      },
      { signal }
    )
    addEventListener(
      'paste',
      ({ target, clipboardData }) => {
        const isTyping = target instanceof HTMLElement && target.matches('input, textarea')
        if (!isTyping && clipboardData !== null && clipboardData.files.length > 0) receive(clipboardData)
      },
      { signal }
    )
    return () => ended.abort()
  }, [])
  return isOver
}

const MOST_NAMED = 5
