import './chip.css'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'
import type { Tone } from './note.tsx'

/** A few words in a pill, always with a sign of their own: the colour says nothing alone. */
export function Chip({
  tone = 'plain',
  icon,
  children
}: {
  tone?: Tone | 'accent'
  icon?: IconName
  children: ComponentChildren
}) {
  return (
    <span class={`chip chip-${tone}`}>
      {icon !== undefined && <Icon name={icon} size={16} />}
      <span>{children}</span>
    </span>
  )
}
