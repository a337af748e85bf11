import './button.css'
import type { ComponentChildren, Ref } from 'preact'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger'

interface ButtonProps {
  readonly children: ComponentChildren
  readonly kind?: ButtonKind
  readonly icon?: IconName
  /** As wide as its container. */
  readonly wide?: boolean
  /** Working on it: it cannot be pressed and says so. */
  readonly busy?: boolean
  readonly disabled?: boolean
  readonly type?: 'button' | 'submit'
  readonly onClick?: (event: MouseEvent) => void
  readonly describedBy?: string
  readonly buttonRef?: Ref<HTMLButtonElement>
}

export function Button(props: ButtonProps) {
  const { kind = 'secondary', icon, wide = false, busy = false, disabled = false, type = 'button' } = props
  return (
    <button
      type={type}
      class={`button button-${kind}${wide ? ' button-wide' : ''}`}
      // Not `disabled` while busy: the focus would be lost.
      aria-disabled={busy ? 'true' : undefined}
      aria-busy={busy ? 'true' : undefined}
      aria-describedby={props.describedBy}
      disabled={disabled}
      ref={props.buttonRef ?? null}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else props.onClick?.(event)
      }}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon !== undefined && <Icon name={icon} />}
      <span>{props.children}</span>
    </button>
  )
}

interface IconButtonProps {
  readonly icon: IconName
  /** What it does: its name for those who listen, and its tooltip. */
  readonly label: string
  readonly onClick?: (event: MouseEvent) => void
  readonly pressed?: boolean
  readonly expanded?: boolean
  readonly hasPopup?: 'menu' | 'dialog'
  readonly disabled?: boolean
  readonly tabIndex?: number
  readonly buttonRef?: Ref<HTMLButtonElement>
}

export function IconButton({
  icon,
  label,
  onClick,
  pressed,
  expanded,
  hasPopup,
  disabled,
  tabIndex,
  buttonRef
}: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      tabIndex={tabIndex}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-haspopup={hasPopup}
      disabled={disabled ?? false}
      ref={buttonRef ?? null}
      onClick={(event) => onClick?.(event)}
    >
      <Icon name={icon} />
    </button>
  )
}

/** A link that looks like a button: for what leads to another screen. */
export function LinkButton(props: {
  href: string
  children: ComponentChildren
  kind?: ButtonKind
  icon?: IconName
  wide?: boolean
}) {
  const { kind = 'secondary', wide = false } = props
  return (
    <a class={`button button-${kind}${wide ? ' button-wide' : ''}`} href={props.href}>
      {props.icon !== undefined && <Icon name={props.icon} />}
      <span>{props.children}</span>
    </a>
  )
}
