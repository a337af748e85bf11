/** Secrets come by standard input, so that they stand in no list of processes: its first line. */
export async function firstLineOfInput(): Promise<string> {
  let text = ''
  for await (const piece of process.stdin) {
    text += String(piece)
    if (text.includes('\n') || text.length > MOST_CHARACTERS) break
  }
  return text.split(/\r?\n/, 1)[0]!.trim()
}

/** All of it, up to a bound. */
export async function textOfInput(): Promise<string> {
  let text = ''
  for await (const piece of process.stdin) {
    text += String(piece)
    if (text.length > MOST_CHARACTERS) break
  }
  return text.trim()
}

const MOST_CHARACTERS = 100_000
