/**
 * `2026-11-20 14.05 UTC` for milliseconds since 1970; undefined outside the years 1 to 9999. Worked out here because core knows
 * no `Date`, not even one that asks no clock. Days to year, month and day: Howard Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms", civil_from_days.
 */
export function utcMinute(ms: number): string | undefined {
  const minutes = Math.floor(ms / 60_000)
  const days = Math.floor(minutes / 1440)
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
  const minute = minutes - days * 1440
  const date = `${padded(year, 4)}-${padded(month < 10 ? month + 3 : month - 9)}-${padded(day)}`
  return `${date} ${padded(Math.floor(minute / 60))}.${padded(minute % 60)} UTC`
}

function padded(number: number, width = 2): string {
  return String(number).padStart(width, '0')
}
