import './dialog.css'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { t } from '../strings/t.ts'
import { IconButton } from './button.tsx'

interface DialogProps {
  readonly title: ComponentChildren
  readonly onClose: () => void
  readonly children: ComponentChildren
  /** Buttons, the one that goes on last. */
  readonly actions?: ComponentChildren
  /** `sheet`: slides up from the bottom edge on a phone. */
  readonly shape?: 'dialog' | 'sheet'
  /** Runs on Enter and on a submit button among the actions. */
  readonly onSubmit?: () => void
}

/**
 * A modal dialog while it is rendered. The browser's own <dialog> holds the focus in, closes on Escape and gives the focus back; the
 * first field has it, or the title.
 */
export function Dialog({ title, onClose, children, actions, shape = 'dialog', onSubmit }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current!
    const before = document.activeElement
    element.showModal()
    const first =
      element.querySelector<HTMLElement>('input, textarea, select') ?? element.querySelector<HTMLElement>('h2')
    first?.focus()
    return () => {
      element.close()
      // A dialog that is taken out of the page does not give the focus back by itself.
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  const body = (
    <>
      <div class="dialog-body">{children}</div>
      {actions !== undefined && <div class="dialog-actions">{actions}</div>}
    </>
  )
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${shape}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div class="dialog-box">
        <div class="dialog-head">
          <h2 id={id} tabIndex={-1}>
            {title}
          </h2>
          <IconButton icon="close" label={t('common.close')} onClick={onClose} />
        </div>
        {onSubmit === undefined ? (
          body
        ) : (
          <form
            class="dialog-form"
            onSubmit={(event) => {
              event.preventDefault()
              onSubmit()
            }}
          >
            {body}
          </form>
        )}
      </div>
    </dialog>
  )
}
