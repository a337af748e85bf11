import './menu.css'
import { useId, useRef, useState } from 'preact/hooks'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'
import { placeBeside } from './place.ts'

export interface MenuItem {
  readonly label: string
  readonly icon?: IconName
  readonly onSelect: () => void
  /** Of several that exclude each other: whether this one is chosen. */
  readonly checked?: boolean
  readonly danger?: boolean
  readonly disabled?: boolean
}

/** A button that opens a list of things to do. Arrow keys, Home, End and Escape as in any menu; it lies above everything. */
export function Menu({ label, icon = 'more', items }: { label: string; icon?: IconName; items: readonly MenuItem[] }) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)

  const close = () => list.current?.hidePopover()
  const open = () => {
    list.current!.showPopover()
    placeBeside(list.current!, button.current!)
    itemsOf(list.current!)[0]?.focus()
  }
  return (
    <div class="menu">
      <IconButton
        icon={icon}
        label={label}
        hasPopup="menu"
        expanded={isOpen}
        buttonRef={button}
        onClick={() => (isOpen ? close() : open())}
      />
      <div
        id={id}
        ref={list}
        popover="auto"
        role="menu"
        aria-label={label}
        class="menu-list"
        onToggle={(event) => {
          const isNowOpen = event.newState === 'open'
          setOpen(isNowOpen)
          if (!isNowOpen && list.current?.contains(document.activeElement) === true) button.current?.focus()
        }}
        onKeyDown={(event) => moveFocus(event, list.current!, close)}
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={item.checked}
            tabIndex={-1}
            disabled={item.disabled ?? false}
            class={item.danger === true ? 'menu-item menu-danger' : 'menu-item'}
            onClick={() => {
              button.current?.focus()
              close()
              item.onSelect()
            }}
          >
            {item.checked === undefined ? (
              item.icon !== undefined && <Icon name={item.icon} />
            ) : (
              <span class={item.checked ? '' : 'menu-unchecked'}>
                <Icon name="check" />
              </span>
            )}
            <span>{item.label}</span>
          </button>
        ))}
      </div>
    </div>
  )
}

function itemsOf(list: HTMLElement): HTMLButtonElement[] {
  return [...list.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')]
}

function moveFocus(event: KeyboardEvent, list: HTMLElement, close: () => void): void {
  const items = itemsOf(list)
  const at = items.indexOf(document.activeElement as HTMLButtonElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key]
  if (event.key === 'Tab') close()
  if (to === undefined) return
  event.preventDefault()
  items[(to + items.length) % items.length]?.focus()
}
