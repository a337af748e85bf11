import './file-list.css'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import { navigate } from '../../app/router.ts'
import { t } from '../../strings/t.ts'
import { alongText } from '../../ui/direction.ts'
import { FileCell } from './file-cell.tsx'
import type { CellActions } from './file-cell.tsx'
import type { FileEntry } from './file-entry.ts'
import type { View } from './files-state.ts'
import { stepFor } from './list-keys.ts'
import { everything, NOTHING, rangeTo, toggled } from './selection.ts'
import type { Selection } from './selection.ts'
import { useWindowRows } from './window-rows.ts'

interface FileListProps {
  readonly entries: readonly FileEntry[]
  readonly view: View
  readonly selection: Selection
  /** Where one is, when what is listed may lie elsewhere: then that is told. */
  readonly home: string | undefined
  /** The entry that has the focus when the list is entered. */
  readonly active: string | undefined
  /** Counts the wishes that the active entry take the focus. */
  readonly focusWish: number
  onActive(path: string): void
  onSelection(selection: Selection): void
  onMore(entry: FileEntry): void
  onRename(entry: FileEntry): void
  onDelete(paths: readonly string[]): void
}

/**
 * Files as a list or a grid of cells, drawn only where they are in view. One cell takes the focus, arrow keys move it; with Shift
 * they select. What happens around it (a refresh, a sort) leaves focus and place as they are.
 */
export function FileList(props: FileListProps) {
  const { entries, view, selection, active } = props
  const list = useRef<HTMLDivElement>(null)
  const { columns, rowPx } = useMeasures(list, view)
  const found = useMemo(() => entries.findIndex(({ path }) => path === active), [entries, active])
  const lastIndex = useRef(0)
  if (found >= 0) lastIndex.current = found
  const at = found >= 0 ? found : Math.min(lastIndex.current, entries.length - 1)
  const rows = useWindowRows(list, Math.ceil(entries.length / columns), rowPx, Math.floor(at / columns))

  const now = useRef({ ...props, at })
  now.current = { ...props, at }
  const actions = useMemo((): CellActions => cellActions(now), [])

  const wantsFocus = useRef(false)
  const focusAt = (index: number): void => {
    wantsFocus.current = true
    rows.scrollTo(Math.floor(index / columns))
    props.onActive(entries[index]!.path)
  }
  useEffect(() => {
    if (props.focusWish > 0 && entries.length > 0) focusAt(at)
  }, [props.focusWish])
  useLayoutEffect(() => {
    const focused = document.activeElement?.closest<HTMLElement>('.file-cell')
    // The list is another one, and what had the focus stands elsewhere in it.
    const isElsewhere = focused !== null && focused !== undefined && focused.dataset['index'] !== String(at)
    if (!wantsFocus.current && !isElsewhere) return
    const cell = list.current?.querySelector<HTMLElement>(`[data-index="${at}"]`)
    if (cell === null || cell === undefined) return
    wantsFocus.current = false
    cell.focus({ preventScroll: true })
  })

  const onKeyDown = (event: KeyboardEvent): void => {
    const entry = entries[at]
    if (entry === undefined) return
    const isCell = event.target === list.current?.querySelector(`[data-index="${at}"]`)
    const { ctrlKey } = event
    const step =
      isCell || event.key.startsWith('Arrow')
        ? stepFor({ key: alongText(event.key), ctrlKey }, { at, count: entries.length, columns, page: rows.inView })
        : undefined
    if (step !== undefined) {
      focusAt(step)
      if (event.shiftKey) {
        const from = selection.anchor === undefined ? { ...selection, anchor: entry.path } : selection
        props.onSelection(rangeTo(from, entries[step]!.path, entries))
      }
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) props.onSelection(everything(entries))
    else if (event.key === 'Escape' && selection.paths.size > 0) props.onSelection(NOTHING)
    else if (event.key === 'Delete') props.onDelete(selection.paths.size > 0 ? [...selection.paths] : [entry.path])
    else if (event.key === 'F2') props.onRename(entry)
    else if (isCell && event.key === 'Enter')
      navigate({ screen: entry.kind === 'folder' ? 'files' : 'view', path: entry.path })
    else if (isCell && event.key === ' ')
      props.onSelection(event.shiftKey ? rangeTo(selection, entry.path, entries) : toggled(selection, entry.path))
    else return
    event.preventDefault()
  }

  const isSelecting = selection.paths.size > 0
  return (
    <div
      ref={list}
      role="grid"
      aria-label={t('files.list')}
      aria-rowcount={Math.ceil(entries.length / columns)}
      aria-colcount={columns}
      aria-multiselectable="true"
      class={`file-list file-list-${view}${isSelecting ? ' files-selecting' : ''}`}
      style={{ blockSize: `${rows.height}px` }}
      onKeyDown={onKeyDown}
    >
      {rows.items.map(({ index: row, top }) => (
        <div
          // By place, not by file: another list in the same places only changes what stands in them.
          key={row}
          role="row"
          aria-rowindex={row + 1}
          class="file-row"
          style={{
            blockSize: `${rowPx}px`,
            transform: `translateY(${top}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`
          }}
        >
          {entries.slice(row * columns, (row + 1) * columns).map((entry, column) => (
            <FileCell
              key={column}
              entry={entry}
              view={view}
              index={row * columns + column}
              column={column}
              isActive={row * columns + column === at}
              isSelected={selection.paths.has(entry.path)}
              isSelecting={isSelecting}
              tellsFolder={props.home !== undefined && entry.folder !== props.home}
              actions={actions}
            />
          ))}
        </div>
      ))}
    </div>
  )
}

function cellActions(now: RefObject<FileListProps & { at: number }>): CellActions {
  const toggle = (entry: FileEntry, isRange: boolean): void => {
    const { selection, entries, onSelection } = now.current!
    onSelection(isRange ? rangeTo(selection, entry.path, entries) : toggled(selection, entry.path))
  }
  return {
    onOpen(entry, event) {
      const isChoosing = event.shiftKey || now.current!.selection.paths.size > 0
      if (!isChoosing) return
      event.preventDefault()
      toggle(entry, event.shiftKey)
    },
    onToggle: toggle,
    onMore: (entry) => now.current!.onMore(entry),
    onHold(entry) {
      navigator.vibrate?.(10)
      toggle(entry, false)
    },
    onFocus: (entry) => now.current!.onActive(entry.path)
  }
}

/** Columns that fit, and the height of a row in pixels of this page: people make letters larger. */
function useMeasures(list: RefObject<HTMLElement | null>, view: View): { columns: number; rowPx: number } {
  const [measured, setMeasured] = useState({ width: 0, rem: 16 })
  useLayoutEffect(() => {
    const element = list.current
    if (element === null) return
    const measure = (): void => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
      const width = element.clientWidth
      setMeasured((old) => (old.width === width && old.rem === rem ? old : { width, rem }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const { width, rem } = measured
  if (view === 'list') return { columns: 1, rowPx: 4 * rem }
  return { columns: Math.max(width < 14 * rem ? 1 : 2, Math.floor(width / (12 * rem))), rowPx: 12 * rem }
}
