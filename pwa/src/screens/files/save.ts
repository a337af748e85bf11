import { signal } from '@preact/signals'
import { vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { saveFile } from '../../ui/hand-out.ts'
import { toast } from '../../ui/toast.tsx'
import { readBlob } from '../viewer/reading.ts'
import { tellError } from './file-actions.ts'
import type { FileEntry } from './file-entry.ts'
import { mediaType } from './kind.ts'

/** What is being prepared to leave the vault: name and part done, 0 to 1. */
export interface Leaving {
  readonly name: string
  readonly done: number
  stop(): void
}

export const leaving = signal<Leaving | undefined>(undefined)

/** Gives a copy to the browser's downloads. */
export async function saveCopy(entry: FileEntry): Promise<void> {
  const file = await prepared(entry)
  if (file === undefined) return
  saveFile(file.name, file)
  toast({ text: t('files.saved') })
}

export function canShare(): boolean {
  return (
    typeof navigator.canShare === 'function' &&
    navigator.canShare({ files: [new File([''], 'a.txt', { type: 'text/plain' })] })
  )
}

/** Gives a copy to another app by the system's own sheet. Where that takes another tap, because reading took long, it is asked for. */
export async function shareCopy(entry: FileEntry): Promise<void> {
  const file = await prepared(entry)
  if (file === undefined) return
  if (!navigator.canShare({ files: [file] })) return saveCopy(entry)
  if (navigator.userActivation.isActive) return share(file)
  toast({ text: t('files.share.ready'), action: { label: t('files.share.now'), onSelect: () => void share(file) } })
}

async function share(file: File): Promise<void> {
  try {
    await navigator.share({ files: [file] })
  } catch (error) {
    // Whoever closes the sheet knows it.
    if (!(error instanceof DOMException && error.name === 'AbortError')) tellError(error)
  }
}

/** The content under its own name. Undefined: it was stopped, or failed and that was told. */
async function prepared(entry: FileEntry): Promise<File | undefined> {
  const { name, bytes = 0 } = entry
  const ended = new AbortController()
  const show = (done: number): void => {
    leaving.value = { name, done, stop: () => ended.abort() }
  }
  show(0)
  try {
    // As bytes: a type of its own could make the browser show it instead of keeping it.
    const type = mediaType(name) ?? 'application/octet-stream'
    const onProgress = (done: number): void => show(bytes === 0 ? 1 : done / bytes)
    const blob = await readBlob(vault(), entry, type, { signal: ended.signal, onProgress })
    return new File([blob], name, { type })
  } catch (error) {
    if (!ended.signal.aborted) tellError(error)
    return undefined
  } finally {
    leaving.value = undefined
  }
}
