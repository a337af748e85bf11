/** Two different places in the kit, in order. `random`: a number from 0 up to the given one, exclusive. */
export function twoPlaces(count: number, random: (below: number) => number): readonly [number, number] {
  const first = random(count)
  const other = random(count - 1)
  const second = other < first ? other : other + 1
  return first < second ? [first, second] : [second, first]
}

/** Whether what was typed is the word, however it was typed. */
export function isSameWord(typed: string, word: string): boolean {
  return plain(typed) === plain(word)
}

function plain(text: string): string {
  return text.normalize('NFKD').trim().toLowerCase()
}
