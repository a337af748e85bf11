/** Puts what lies above the page beside what opened it: below and flush with its end, or above where there is no room. */
export function placeBeside(popover: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = popover
  const isRtl = getComputedStyle(anchor).direction === 'rtl'
  const left = isRtl ? at.left : at.right - width
  const below = at.bottom + GAP + height <= innerHeight
  popover.style.left = `${Math.round(within(left, innerWidth - width))}px`
  popover.style.top = `${Math.round(within(below ? at.bottom + GAP : at.top - GAP - height, innerHeight - height))}px`
}

const GAP = 4
const MARGIN = 8

function within(value: number, most: number): number {
  return Math.max(MARGIN, Math.min(value, most - MARGIN))
}
