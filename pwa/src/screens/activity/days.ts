import type { FileEntry } from '../files/file-entry.ts'

/** Files that were changed on one day, the last first. */
export interface Day {
  /** Its first moment, here. */
  readonly startMs: number
  readonly entries: readonly FileEntry[]
}

/** Those changed last, at most `most` of them; what has no time, or one that has not come yet, is told nothing of. */
export function latest(entries: readonly FileEntry[], nowMs: number, most: number): FileEntry[] {
  return entries
    .filter(({ kind, modifiedMs }) => kind !== 'folder' && modifiedMs !== undefined && modifiedMs <= nowMs + AHEAD_MS)
    .sort((a, b) => b.modifiedMs! - a.modifiedMs! || (a.path < b.path ? -1 : 1))
    .slice(0, most)
}

/** In days of this device's calendar. The entries come as `latest` gives them. */
export function byDay(entries: readonly FileEntry[]): Day[] {
  const days: { startMs: number; entries: FileEntry[] }[] = []
  for (const entry of entries) {
    const startMs = new Date(entry.modifiedMs!).setHours(0, 0, 0, 0)
    const day = days.at(-1)
    if (day?.startMs === startMs) day.entries.push(entry)
    else days.push({ startMs, entries: [entry] })
  }
  return days
}

/** Clocks of other devices may be a little ahead. */
const AHEAD_MS = 10 * 60_000
