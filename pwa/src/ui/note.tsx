import './note.css'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'

export type Tone = 'plain' | 'ok' | 'warn' | 'danger'

const ICON: Record<Tone, IconName> = { plain: 'info', ok: 'here', warn: 'warning', danger: 'error' }

/** A few sentences that stand out, with what can be done about it. `alert`: read out at once. */
export function Note(props: {
  tone?: Tone
  icon?: IconName
  title?: ComponentChildren
  children?: ComponentChildren
  actions?: ComponentChildren
  alert?: boolean
}) {
  const { tone = 'plain', actions } = props
  const hasActions = actions !== undefined && actions !== false && actions !== null
  return (
    <div class={`note note-${tone}`} role={props.alert === true ? 'alert' : undefined}>
      <Icon name={props.icon ?? ICON[tone]} />
      <div class="note-body">
        {props.title !== undefined && <p class="note-title">{props.title}</p>}
        {props.children}
        {hasActions && <div class="note-actions">{actions}</div>}
      </div>
    </div>
  )
}
