import './list.css'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'

/** Rows on one surface, with lines between them. */
export function List({ children, label }: { children: ComponentChildren; label?: string }) {
  return (
    <ul class="list" aria-label={label}>
      {children}
    </ul>
  )
}

interface RowProps {
  readonly icon?: IconName
  readonly title: ComponentChildren
  readonly detail?: ComponentChildren
  /** At the end of the line: a menu, a button, a word. */
  readonly end?: ComponentChildren
  /** Makes the whole row lead somewhere. */
  readonly href?: string
  readonly onClick?: () => void
}

/** One thing in a list. Leads somewhere, does something, or only tells. */
export function Row({ icon, title, detail, end, href, onClick }: RowProps) {
  const inner = (
    <>
      {icon !== undefined && (
        <span class="row-icon">
          <Icon name={icon} />
        </span>
      )}
      <span class="row-text">
        <span class="row-title">{title}</span>
        {detail !== undefined && <span class="row-detail">{detail}</span>}
      </span>
      {(href !== undefined || onClick !== undefined) && end === undefined && <Icon name="next" size={16} />}
    </>
  )
  return (
    <li class="row">
      {href !== undefined ? (
        <a class="row-main row-active" href={href}>
          {inner}
        </a>
      ) : onClick !== undefined ? (
        <button type="button" class="row-main row-active" onClick={onClick}>
          {inner}
        </button>
      ) : (
        <div class="row-main">{inner}</div>
      )}
      {end !== undefined && <div class="row-end">{end}</div>}
    </li>
  )
}

/** A heading with what belongs under it. */
export function Section({
  title,
  children,
  actions
}: {
  title: string
  children: ComponentChildren
  actions?: ComponentChildren
}) {
  return (
    <section class="section">
      <div class="section-head">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  )
}
