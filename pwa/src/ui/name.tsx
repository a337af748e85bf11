import './name.css'
import { shown } from './shown.ts'

/** A name that somebody else chose: made safe, and kept from reordering the words around it. `cut`: one line, with an ellipsis. */
export function Name({ text, cut = false }: { text: string; cut?: boolean }) {
  const safe = shown(text)
  return (
    <bdi class={cut ? 'name name-cut' : 'name'} title={cut ? safe : undefined}>
      {safe}
    </bdi>
  )
}
