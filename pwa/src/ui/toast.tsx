import './toast.css'
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../strings/t.ts'
import { Button, IconButton } from './button.tsx'

export interface ToastContent {
  readonly text: string
  readonly action?: { readonly label: string; readonly onSelect: () => void }
}

const current = signal<(ToastContent & { readonly id: number }) | undefined>(undefined)
let count = 0

/** Says in passing what was done, with at most one way back. The next one takes its place. */
export function toast(content: ToastContent): void {
  current.value = { ...content, id: ++count }
}

/** Long enough to read and to reach; it stays while it has the pointer or the focus. */
const SHOWN_MS = 8000

/** Where they appear: once in the app. */
export function Toasts() {
  const shown = current.value
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (shown === undefined) return
    const timer = setInterval(() => {
      if (box.current?.matches(':hover, :focus-within') !== true) current.value = undefined
    }, SHOWN_MS)
    return () => clearInterval(timer)
  }, [shown?.id])
  return (
    <div class="toasts" role="status" ref={box}>
      {shown !== undefined && (
        <div class="toast" key={shown.id}>
          <p>{shown.text}</p>
          {shown.action !== undefined && (
            <Button
              kind="quiet"
              onClick={() => {
                current.value = undefined
                shown.action?.onSelect()
              }}
            >
              {shown.action.label}
            </Button>
          )}
          <IconButton icon="close" label={t('common.dismiss')} onClick={() => (current.value = undefined)} />
        </div>
      )}
    </div>
  )
}
