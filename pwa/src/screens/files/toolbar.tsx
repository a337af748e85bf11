import './toolbar.css'
import type { RefObject } from 'preact'
import { t } from '../../strings/t.ts'
import { IconButton } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { order, view } from './files-state.ts'
import type { SortKey } from './order.ts'

export type Scope = 'here' | 'everywhere'

interface ToolbarProps {
  readonly query: string
  readonly scope: Scope
  /** There is nothing above the root to search. */
  readonly isRoot: boolean
  readonly searchRef: RefObject<HTMLInputElement | null>
  onQuery(query: string): void
  onScope(scope: Scope): void
}

/** Search, order and how it is shown. */
export function Toolbar({ query, scope, isRoot, searchRef, onQuery, onScope }: ToolbarProps) {
  const { by, isReversed } = order.value
  const sortItem = (key: SortKey) => ({
    label: t(`files.sort.${key}`),
    checked: by === key,
    onSelect: () => (order.value = { by: key, isReversed: false })
  })
  const other = view.value === 'list' ? 'grid' : 'list'
  return (
    <div class="toolbar-box">
      <div class="toolbar" role="search">
        <div class="search-box">
          <Icon name="search" />
          <input
            ref={searchRef}
            type="search"
            value={query}
            aria-label={t('files.search')}
            placeholder={t('files.search')}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => onQuery(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Escape' && onQuery('')}
          />
          {query !== '' && (
            <IconButton
              icon="close"
              label={t('files.search.clear')}
              onClick={() => {
                onQuery('')
                searchRef.current?.focus()
              }}
            />
          )}
        </div>
        <Menu
          label={t('files.sort')}
          icon="sort"
          items={[
            sortItem('name'),
            sortItem('date'),
            sortItem('size'),
            sortItem('kind'),
            {
              label: t('files.sort.reversed'),
              checked: isReversed,
              onSelect: () => (order.value = { by, isReversed: !isReversed })
            }
          ]}
        />
        <IconButton icon={other} label={t(`files.view.${other}`)} onClick={() => (view.value = other)} />
      </div>
      {query !== '' && !isRoot && (
        <Choice
          legend={t('files.search.where')}
          hideLegend
          options={[
            { value: 'here', label: t('files.search.here') },
            { value: 'everywhere', label: t('files.search.everywhere') }
          ]}
          value={scope}
          onChange={onScope}
        />
      )}
    </div>
  )
}

interface SelectionBarProps {
  readonly count: number
  onAll(): void
  onClear(): void
  onMove(): void
  onKeep(): void
  onDelete(): void
}

/** Stands in the toolbar's place while something is selected. */
export function SelectionBar({ count, onAll, onClear, onMove, onKeep, onDelete }: SelectionBarProps) {
  return (
    <div class="toolbar-box toolbar-sticky" role="toolbar" aria-label={t('files.selected', { count })}>
      <div class="toolbar">
        <IconButton icon="close" label={t('files.select.none')} onClick={onClear} />
        <span class="selection-count">
          <span class="selection-number" aria-hidden="true">
            {count}
          </span>
          <span class="selection-words">{t('files.selected', { count })}</span>
        </span>
        <IconButton icon="list" label={t('files.select.all')} onClick={onAll} />
        <IconButton icon="star" label={t('files.keep')} onClick={onKeep} />
        <IconButton icon="move" label={t('files.move')} onClick={onMove} />
        <IconButton icon="trash" label={t('files.delete')} onClick={onDelete} />
      </div>
    </div>
  )
}
