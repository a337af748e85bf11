import { LANGUAGE, t } from '../strings/t.ts'

const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' })

/** `just now`, `5 minutes ago`, `yesterday`: in one unit. A time to come is `just now`: clocks differ. */
export function agoText(thenMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - thenMs) / 1000))
  const [unit, length] = UNITS.find(([, one]) => seconds >= one) ?? [undefined, 1]
  return unit === undefined ? t('common.justNow') : relative.format(-Math.floor(seconds / length), unit)
}

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60]
] as const
