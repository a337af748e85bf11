import './screen.css'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { shown } from './shown.ts'
import { t } from '../strings/t.ts'

interface ScreenProps {
  readonly title: string
  /** What the browser is told in place of a title that is the name of a file: it keeps titles in its history. */
  readonly page?: string
  readonly children: ComponentChildren
  /** Before the title: the way back. */
  readonly lead?: ComponentChildren
  /** At the end of the title's line. */
  readonly actions?: ComponentChildren
  /** `wide`: for lists and pictures; otherwise as wide as one reads. */
  readonly wide?: boolean
}

/** A screen inside the frame: its title names the page and takes the focus when one comes here. */
export function Screen({ title, page = title, children, lead, actions, wide = false }: ScreenProps) {
  const heading = useEntered(page)
  return (
    <div class={wide ? 'screen screen-wide' : 'screen'}>
      <header class="screen-head">
        {lead}
        <h1 ref={heading} tabIndex={-1}>
          <bdi>{shown(title)}</bdi>
        </h1>
        {actions !== undefined && <div class="screen-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** Names the page after a screen, and gives its heading the focus when it is entered (not when the app starts). */
export function useEntered(title: string) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (hasEnteredOne) heading.current?.focus({ preventScroll: true })
    hasEnteredOne = true
    scrollTo(0, 0)
  }, [])
  useEffect(() => {
    document.title = t('title.page', { title: shown(title) })
  }, [title])
  return heading
}

let hasEnteredOne = false
