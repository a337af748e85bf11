import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { codeOf } from '../../app/error-sentence.ts'
import { navigate, replace } from '../../app/router.ts'
import { status } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { Screen } from '../../ui/screen.tsx'
import { AddNote } from './add-note.tsx'
import { Adder } from './adder.tsx'
import { Crumbs } from './crumbs.tsx'
import { FileList } from './file-list.tsx'
import { order, remember, remembered, view } from './files-state.ts'
import { deleteWithUndo, keepHere, sayCount } from './file-actions.ts'
import { FolderDialogs } from './folder-dialogs.tsx'
import type { Question } from './folder-dialogs.tsx'
import { LeavingNote } from './leaving-note.tsx'
import { sorted } from './order.ts'
import { nameOf, parentOf, ROOT } from './paths.ts'
import { NameSearch } from './search.ts'
import { everything, NOTHING, stillThere, toggled } from './selection.ts'
import { SelectionBar, Toolbar } from './toolbar.tsx'
import type { Scope } from './toolbar.tsx'
import { useEverything, useListing } from './use-listing.ts'

/** One folder: what is in it, or what of it a search finds, and what can be done with that. */
export function Folder({ path, children }: { path: string; children: ComponentChildren }) {
  const before = useMemo(() => remembered(path), [])
  const [query, setQuery] = useState('')
  const [scope, setScope] = useState<Scope>('here')
  const [selected, setSelected] = useState(NOTHING)
  const [active, setActive] = useState(before?.active)
  const [isAdding, setAdding] = useState(false)
  const [focusWish, setFocusWish] = useState(0)
  const [question, setQuestion] = useState<Question>()
  const searchField = useRef<HTMLInputElement>(null)

  const listing = useListing(path)
  const isEverywhere = query !== '' && (scope === 'everywhere' || path === ROOT)
  const all = useEverything(isEverywhere)
  const { value: entries } = listing.entries
  // Until everything has been read, what is in this folder is found at once.
  const searched = all === undefined || all.state.value === 'loading' ? listing : all
  const source = searched.entries.value
  const { value: state } = searched.state
  const { value: by } = order
  const ordered = useMemo(() => sorted(source, by), [source, by])
  const search = useMemo(() => new NameSearch(ordered), [ordered])
  const found = useMemo(() => search.find(query), [search, query])
  const selection = useMemo(() => stillThere(selected, found), [selected, found])
  const paths = [...selection.paths]

  useFileHere(path, entries)
  usePlaceKept(path, { entries, active, scrollTop: before?.scrollTop ?? 0 })
  useEffect(() => {
    if (query !== '' && state === 'ready') sayCount('files.found', found.length)
  }, [query, found.length, state])
  useEffect(() => {
    if (selection.paths.size > 0) sayCount('files.selected', selection.paths.size)
  }, [selection.paths.size])

  const deleteNow = (gone: readonly string[]): void => {
    const isGone = new Set(gone)
    const first = found.findIndex((entry) => isGone.has(entry.path))
    const stays = (entry: { readonly path: string }): boolean => !isGone.has(entry.path)
    const next = found.slice(Math.max(0, first)).find(stays) ?? found.slice(0, Math.max(0, first)).findLast(stays)
    setSelected(NOTHING)
    if (next !== undefined) {
      setActive(next.path)
      setFocusWish((wishes) => wishes + 1)
    }
    void deleteWithUndo(gone)
  }

  const isFailed = typeof state === 'object'
  const isGone = isFailed && codeOf(state.error) === 'NOT_FOUND'
  return (
    <Screen
      wide
      title={path === ROOT ? t('files.title') : nameOf(path)}
      page={t('files.title')}
      lead={
        path !== ROOT && (
          <>
            <Crumbs path={path} />
            <IconButton
              icon="back"
              label={t('common.back')}
              onClick={() => navigate({ screen: 'files', path: parentOf(path) })}
            />
          </>
        )
      }
      actions={
        !isGone && (
          <Adder
            folder={path}
            entries={entries}
            isOpen={isAdding}
            onOpen={setAdding}
            onNewFolder={() => setQuestion({ kind: 'folder' })}
          />
        )
      }
    >
      <div class="files-lines">
        {query === '' && children}
        <AddNote />
        <LeavingNote />
        {selection.paths.size > 0 ? (
          <SelectionBar
            count={selection.paths.size}
            onAll={() => setSelected(everything(found))}
            onClear={() => {
              setSelected(NOTHING)
              setFocusWish((wishes) => wishes + 1)
            }}
            onMove={() => setQuestion({ kind: 'move', paths })}
            onKeep={() => void keepHere(paths, true)}
            onDelete={() => deleteNow(paths)}
          />
        ) : (
          !isGone && (
            <Toolbar
              query={query}
              scope={scope}
              isRoot={path === ROOT}
              searchRef={searchField}
              onQuery={setQuery}
              onScope={setScope}
            />
          )
        )}
        {isGone ? <Gone /> : isFailed && <ErrorNote error={state.error} retry={() => searched.refresh()} />}
        {state === 'loading' ? (
          <Waiting>{t('files.loading')}</Waiting>
        ) : found.length > 0 ? (
          <>
            <p class="files-count">{t(query === '' ? 'files.count' : 'files.found', { count: found.length })}</p>
            <FileList
              entries={found}
              view={view.value}
              selection={selection}
              home={isEverywhere ? path : undefined}
              active={active}
              focusWish={focusWish}
              onActive={setActive}
              onSelection={setSelected}
              onMore={(entry) => setQuestion({ kind: 'more', entry })}
              onRename={(entry) => setQuestion({ kind: 'rename', entry })}
              onDelete={deleteNow}
            />
          </>
        ) : (
          !isFailed && (
            <NothingThere
              path={path}
              query={query}
              isEverywhere={isEverywhere}
              onEverywhere={() => setScope('everywhere')}
              onAdd={() => setAdding(true)}
            />
          )
        )}
      </div>
      <FolderDialogs
        path={path}
        entries={entries}
        question={question}
        onQuestion={setQuestion}
        onDelete={deleteNow}
        onSelect={(entry) => setSelected(toggled(selection, entry.path))}
        onMoved={() => setSelected(NOTHING)}
      />
    </Screen>
  )
}

interface NothingThereProps {
  readonly path: string
  readonly query: string
  readonly isEverywhere: boolean
  readonly onEverywhere: () => void
  readonly onAdd: () => void
}

function NothingThere({ path, query, isEverywhere, onEverywhere, onAdd }: NothingThereProps) {
  if (query === '')
    return (
      <Empty
        icon="folder"
        title={t(path === ROOT ? 'files.empty.title' : 'files.empty.folder')}
        action={
          <Button kind="primary" icon="add" onClick={onAdd}>
            {t('files.empty.action')}
          </Button>
        }
      >
        {t(status.value.peers.length === 0 ? 'files.empty.alone' : 'files.empty.text')}
      </Empty>
    )
  return (
    <Empty
      icon="search"
      title={t('files.nothing.title')}
      action={!isEverywhere && <Button onClick={onEverywhere}>{t('files.search.everywhere')}</Button>}
    >
      {t(isEverywhere ? 'files.nothing.everywhere' : 'files.nothing.here')}
    </Empty>
  )
}

function Gone() {
  return (
    <Empty
      icon="missing"
      title={t('files.gone.title')}
      action={<Button onClick={() => replace({ screen: 'files', path: ROOT })}>{t('files.gone.action')}</Button>}
    >
      {t('files.gone.text')}
    </Empty>
  )
}

/** An address of a folder may be that of a file by now: then that is shown. */
function useFileHere(path: string, entries: readonly { readonly path: string; readonly kind: string }[]): void {
  const isFile = entries.length === 1 && entries[0]!.path === path && entries[0]!.kind !== 'folder'
  useEffect(() => {
    if (isFile) replace({ screen: 'view', path })
  }, [isFile])
}

/** Who comes back stands where they were. */
function usePlaceKept(path: string, now: Parameters<typeof remember>[1]): void {
  const latest = useRef(now)
  latest.current = now
  const scrollTop = useRef(now.scrollTop)
  useLayoutEffect(() => {
    const follow = (): void => void (scrollTop.current = scrollY)
    // After the screen has been entered, which goes to its top.
    const frame = requestAnimationFrame(() => {
      if (now.scrollTop > 0) scrollTo(0, now.scrollTop)
      addEventListener('scroll', follow, { passive: true })
    })
    return () => {
      cancelAnimationFrame(frame)
      removeEventListener('scroll', follow)
      remember(path, { ...latest.current, scrollTop: scrollTop.current })
    }
  }, [])
}
