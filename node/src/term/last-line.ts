import type { BarTerminal } from 'cli-progress'

/**
 * The line the cursor is on, for a bar that is drawn over and over. Nothing is remembered of the screen: text that is
 * printed meanwhile may scroll it, and the bar goes on below that text. A line is cut where the window ends.
 */
export function lastLine(screen: NodeJS.WriteStream): BarTerminal {
  const control = (sequence: string) => () => void screen.write(sequence)
  return {
    isTTY: () => true,
    getWidth: () => screen.columns,
    cursor: (shown) => void screen.write(shown ? '\x1b[?25h' : '\x1b[?25l'),
    cursorTo: control('\r'),
    clearLine: control('\r\x1b[2K'),
    clearRight: control('\x1b[K'),
    newline: control('\n'),
    write: (text) => void screen.write(`\x1b[?7l${text}\x1b[?7h`),
    cursorSave: () => undefined,
    cursorRestore: () => undefined,
    lineWrapping: () => undefined
  }
}
