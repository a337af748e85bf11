import './icon.css'
import { ICONS, MIRRORED } from './icon-paths.ts'
import type { IconName } from './icon-paths.ts'

/** A line drawing of 24 by 24. It says nothing to those who listen: the words beside it do. */
export function Icon({ name, size = 20 }: { name: IconName; size?: 16 | 20 | 24 | 32 }) {
  return (
    <svg
      class={MIRRORED.has(name) ? 'icon icon-mirrored' : 'icon'}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path d={ICONS[name]} />
    </svg>
  )
}
