import './words.css'

/** Words whose order counts, numbered. */
export function Words({ label, words }: { label: string; words: readonly string[] }) {
  return (
    <ol class="words" aria-label={label}>
      {words.map((word, at) => (
        <li key={at}>
          <span class="words-number" aria-hidden="true">
            {at + 1}
          </span>
          <span class="words-word" translate={false}>
            {word}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** A few words that two people or two screens compare: as large as there is room. */
export function CompareWords({ label, words }: { label: string; words: readonly string[] }) {
  return (
    <ol class="compare" aria-label={label}>
      {words.map((word, at) => (
        <li key={at} translate={false}>
          {word}
        </li>
      ))}
    </ol>
  )
}
