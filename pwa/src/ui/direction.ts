/** The key as it is meant where text runs from right to left: there the next one is to the left. */
export function alongText(key: string): string {
  if (getComputedStyle(document.documentElement).direction !== 'rtl') return key
  return key === 'ArrowLeft' ? 'ArrowRight' : key === 'ArrowRight' ? 'ArrowLeft' : key
}
