import './file-cell.css'
import { Component } from 'preact'
import { hashOf } from '../../app/routes.ts'
import { t } from '../../strings/t.ts'
import { Icon } from '../../ui/icon.tsx'
import { shown } from '../../ui/shown.ts'
import type { FileEntry } from './file-entry.ts'
import type { View } from './files-state.ts'
import { copiesText, dayText, sizeText } from './format.ts'
import { kindOf } from './kind.ts'
import { kindIcon, kindWord } from './kind-icon.ts'
import { OtherMarks, WhereMark } from './marks.tsx'
import { nameParts, ROOT } from './paths.ts'
import { Thumbnail } from './thumbnail.tsx'

/** What a cell does. The same object for every cell and every drawing, so that cells can tell that nothing changed. */
export interface CellActions {
  onOpen(entry: FileEntry, event: MouseEvent): void
  onToggle(entry: FileEntry, isRange: boolean): void
  onMore(entry: FileEntry): void
  onHold(entry: FileEntry): void
  onFocus(entry: FileEntry): void
}

interface CellProps {
  readonly entry: FileEntry
  readonly view: View
  readonly index: number
  readonly column: number
  readonly isActive: boolean
  readonly isSelected: boolean
  readonly isSelecting: boolean
  /** The folder it lies in is told, too. */
  readonly tellsFolder: boolean
  readonly actions: CellActions
}

/** One file or folder in the list or the grid. */
export class FileCell extends Component<CellProps> {
  #hold: ReturnType<typeof setTimeout> | undefined
  #wasHeld = false

  override shouldComponentUpdate(next: CellProps): boolean {
    const { props } = this
    return (Object.keys(next) as (keyof CellProps)[]).some((key) => next[key] !== props[key])
  }

  override componentDidUpdate(before: CellProps): void {
    if (before.entry.path !== this.props.entry.path) this.#released()
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#hold)
  }

  override render({ entry, view, index, column, isActive, isSelected, isSelecting, tellsFolder, actions }: CellProps) {
    const name = shown(entry.name)
    const id = `file-${index}`
    const tabIndex = isActive ? 0 : -1
    const kind = kindOf(entry)
    return (
      <div
        role="gridcell"
        id={id}
        class={`file-cell file-cell-${view}${isSelected ? ' file-cell-selected' : ''}`}
        aria-colindex={column + 1}
        aria-selected={isSelected}
        aria-label={name}
        aria-describedby={`${id}-detail`}
        tabIndex={tabIndex}
        data-index={index}
        onFocus={() => actions.onFocus(entry)}
        onPointerDown={this.#pressed}
        onPointerUp={this.#released}
        onPointerCancel={this.#released}
        onPointerLeave={this.#released}
        onContextMenu={(event) => (this.#hold !== undefined || this.#wasHeld) && event.preventDefault()}
      >
        <span
          class="file-check"
          onClick={(event) => {
            event.preventDefault()
            actions.onToggle(entry, event.shiftKey)
          }}
        >
          <input
            type="checkbox"
            checked={isSelected}
            tabIndex={isActive && isSelecting ? 0 : -1}
            aria-label={t('files.select.name', { name })}
          />
        </span>
        <span class={`file-sign file-sign-${kind}`}>
          {view === 'grid' && kind === 'picture' ? (
            <Thumbnail entry={entry} />
          ) : (
            <Icon name={kindIcon(kind)} size={view === 'grid' ? 32 : 24} />
          )}
        </span>
        <span class="file-words">
          <a
            class="file-name"
            aria-label={name}
            href={hashOf({ screen: entry.kind === 'folder' ? 'files' : 'view', path: entry.path })}
            tabIndex={-1}
            draggable={false}
            title={name}
            onClick={(event) => {
              if (this.#wasHeld) event.preventDefault()
              else actions.onOpen(entry, event)
              this.#wasHeld = false
            }}
          >
            <NameLine name={name} />
          </a>
          <span class="file-detail" id={`${id}-detail`}>
            <WhereMark entry={entry} />
            <OtherMarks entry={entry} />
            {entry.kind === 'folder' && !entry.shared && <span class="visually-hidden">{t(kindWord(kind))}</span>}
            {entry.bytes !== undefined && <span class="file-size">{sizeText(entry.bytes)}</span>}
            {tellsFolder && (
              <bdi class="file-folder">{entry.folder === ROOT ? t('files.root') : shown(entry.folder)}</bdi>
            )}
          </span>
        </span>
        {view === 'list' && (
          <>
            <bdi class="file-copies" title={copiesText(entry)}>
              {copiesText(entry)}
            </bdi>
            <span class="file-date">
              {entry.modifiedMs === undefined || entry.kind === 'folder' ? '' : dayText(entry.modifiedMs)}
            </span>
          </>
        )}
        <span class="file-more">
          <button
            type="button"
            class="icon-button"
            aria-label={t('files.more', { name })}
            aria-haspopup="dialog"
            tabIndex={tabIndex}
            onClick={() => actions.onMore(entry)}
          >
            <Icon name="more" />
          </button>
        </span>
      </div>
    )
  }

  /** A finger that stays selects; a moving one scrolls, which ends the press by itself. */
  #pressed = (event: PointerEvent): void => {
    this.#wasHeld = false
    if (event.pointerType === 'mouse') return
    clearTimeout(this.#hold)
    this.#hold = setTimeout(() => {
      this.#hold = undefined
      this.#wasHeld = true
      this.props.actions.onHold(this.props.entry)
    }, HOLD_MS)
  }

  #released = (): void => {
    clearTimeout(this.#hold)
    this.#hold = undefined
  }
}

/** One line that may be shortened, but never at its ending. */
export function NameLine({ name }: { name: string }) {
  const { stem, end } = nameParts(name)
  return (
    <bdi class="name-line">
      <span class="name-stem">{stem}</span>
      {end !== '' && <span class="name-end">{end}</span>}
    </bdi>
  )
}

const HOLD_MS = 450
