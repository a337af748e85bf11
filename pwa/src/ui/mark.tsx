import './mark.css'

/** The app's sign: a post with a rope's turn around it. */
export function Mark({ size = 48 }: { size?: number }) {
  return (
    <svg class="mark" viewBox="0 0 48 48" width={size} height={size} aria-hidden="true" focusable="false">
      <rect class="mark-ground" width="48" height="48" rx="12" />
      <path class="mark-line" d="M16 12v24M32 12v24M16 27c0-7 16 1 16-6" />
    </svg>
  )
}
