import { LANGUAGE, t } from '../../strings/t.ts'
import { shown } from '../../ui/shown.ts'
import type { FileEntry } from './file-entry.ts'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const sizes = UNITS.map(
  (unit, i) =>
    new Intl.NumberFormat(LANGUAGE, {
      style: 'unit',
      unit,
      unitDisplay: i === 0 ? 'long' : 'short',
      maximumFractionDigits: i === 0 ? 0 : 1
    })
)

/** `4 bytes`, `1.2 MB`: thousands, as in the shops. */
export function sizeText(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  return sizes[step]!.format(bytes / 1000 ** step)
}

const days = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short', year: 'numeric' })
const times = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' })
const clock = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: 'short' })

export function dayText(timeMs: number): string {
  return days.format(timeMs)
}

export function timeText(timeMs: number): string {
  return times.format(timeMs)
}

export function clockText(timeMs: number): string {
  return clock.format(timeMs)
}

const lists = new Intl.ListFormat(LANGUAGE, { style: 'short', type: 'unit' })

/** Who has all of it, by name, this device first. */
export function copiesText(entry: FileEntry): string {
  return lists.format(copyNames(entry))
}

/** Safe to show. Where it is here, the first name is this device's own. */
export function copyNames({ copies, state }: FileEntry): string[] {
  return copies.map((name, i) => (i === 0 && state === 'here' ? t('common.thisDevice') : shown(name)))
}
