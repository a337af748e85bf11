import { useEffect, useState } from 'preact/hooks'
import { vault } from '../../app/vault.ts'
import { Icon } from '../../ui/icon.tsx'
import type { FileEntry } from './file-entry.ts'
import { thumbnailOf, type Held } from './thumbnails.ts'

/** A small picture of a picture that is here; its sign where it is not, is too large, or is none. */
export function Thumbnail({ entry }: { entry: FileEntry }) {
  const [held, setHeld] = useState<Held | undefined>(undefined)
  useEffect(() => {
    const ended = new AbortController()
    let taken: Held | undefined
    void thumbnailOf(vault(), entry, ended.signal).then((made) => {
      if (ended.signal.aborted) made?.release()
      else setHeld((taken = made))
    })
    return () => {
      ended.abort()
      taken?.release()
    }
  }, [entry.path, entry.version])
  if (held === undefined) return <Icon name="image" size={32} />
  return <img class="thumbnail" src={held.url} alt="" draggable={false} />
}
