/**
 * `2026-11-20 14.05 UTC` for milliseconds since 1970; undefined outside the years 1 to 9999. Worked out here because core knows
 * no `Date`, not even one that asks no clock.
 */
export function utcMinute(ms: number): string | undefined {
  const parts = utcParts(ms)
  return parts === undefined ? undefined : `${parts.date} ${parts.hour}.${parts.minute} UTC`
}

/** `2026-11-20T14:05:09`, in UTC. Undefined outside the years 1 to 9999. Two of them compare like their times. */
export function utcSecond(ms: number): string | undefined {
  const parts = utcParts(ms)
  return parts === undefined ? undefined : `${parts.date}T${parts.hour}:${parts.minute}:${parts.second}`
}

/** Days to year, month and day: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. */
function utcParts(ms: number): { date: string; hour: string; minute: string; second: string } | undefined {
  const seconds = Math.floor(ms / 1000)
  const days = Math.floor(seconds / 86_400)
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const month = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * month + 2) / 5) + 1
  const year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
  if (!(year >= 1 && year <= 9999)) return undefined
  const second = seconds - days * 86_400
  return {
    date: `${padded(year, 4)}-${padded(month < 10 ? month + 3 : month - 9)}-${padded(day)}`,
    hour: padded(Math.floor(second / 3600)),
    minute: padded(Math.floor(second / 60) % 60),
    second: padded(second % 60)
  }
}

function padded(number: number, width = 2): string {
  return String(number).padStart(width, '0')
}
