import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Sink } from './log.ts'

/** In a home. */
export const LOG_FOLDER = 'log'
const FILE = 'up.jsonl'

/** Four files of this size at most: months of an ordinary home. */
const FILE_BYTES = 1_000_000
const OLDER = 3

/** Appends to `log/up.jsonl` of a home, for its owner alone to read; what no longer fits goes to `up.1.jsonl` and on, and the oldest goes. */
export function logFile(home: string, fileBytes = FILE_BYTES): Sink {
  const folder = join(home, LOG_FOLDER)
  const at = (number: number): string => join(folder, number === 0 ? FILE : FILE.replace('.', `.${number}.`))
  let bytes: number | undefined
  const rotate = (): void => {
    for (let number = OLDER; number > 0; number--) {
      try {
        renameSync(at(number - 1), at(number))
      } catch {
        // there are not so many yet
      }
    }
    bytes = 0
  }
  return (line) => {
    try {
      if (bytes === undefined) mkdirSync(folder, { recursive: true, mode: 0o700 })
      bytes ??= statSync(at(0), { throwIfNoEntry: false })?.size ?? 0
      if (bytes > 0 && bytes + line.length >= fileBytes) rotate()
      appendFileSync(at(0), `${line}\n`, { mode: 0o600 })
      bytes += line.length + 1
    } catch {
      // A full disk is told by what needs the disk: the log goes on when there is room.
    }
  }
}

/** For systemd, which keeps, dates and rotates by itself. */
export const journal: Sink = (line, level) => void process.stderr.write(`<${PRIORITY[level]}>${line}\n`)

const PRIORITY = { debug: 7, info: 6, warning: 4, error: 3 } as const

/** Whether what is said goes into the journal of systemd, where others than this user may read. */
export function isInJournal(env: NodeJS.ProcessEnv = process.env, isTerminal = process.stderr.isTTY === true): boolean {
  return env['JOURNAL_STREAM'] !== undefined && !isTerminal
}
