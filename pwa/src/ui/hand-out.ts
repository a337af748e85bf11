import { t } from '../strings/t.ts'
import { toast } from './toast.tsx'

/** Puts text on the clipboard and says whether the browser let it. */
export async function copyText(text: string): Promise<void> {
  const isDone = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false
  )
  toast({ text: t(isDone ? 'common.copied' : 'common.copyFailed') })
}

/** Hands a small text out as a file. */
export function saveText(name: string, text: string): void {
  saveFile(name, new Blob([text], { type: 'text/plain' }))
}

/** Gives a file to the browser's downloads. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS)
}

/** Long after the browser has begun to read what it saves. */
const KEPT_MS = 120_000

/** Whether the system can pass text on to another app. */
export function canShare(): boolean {
  return typeof navigator.share === 'function'
}

/** By the system's own sheet; that somebody closes it is no error. */
export async function shareText(text: string): Promise<void> {
  await navigator.share({ text }).catch(() => undefined)
}
