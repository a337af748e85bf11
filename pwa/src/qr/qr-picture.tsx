import './qr-picture.css'
import { useMemo } from 'preact/hooks'
import { qrPath } from './picture-path.ts'

/** A text as a code to scan: black on white also in the dark, or nothing where it is too long for one. */
export function QrPicture({ text, label }: { text: string; label: string }) {
  const drawn = useMemo(() => qrPath(text), [text])
  if (drawn === undefined) return null
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${drawn.size} ${drawn.size}`}
      shape-rendering="crispEdges"
    >
      <rect width={drawn.size} height={drawn.size} fill="#fff" />
      <path d={drawn.path} fill="#000" />
    </svg>
  )
}
