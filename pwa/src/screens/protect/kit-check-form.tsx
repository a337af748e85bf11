import { useRef, useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field } from '../../ui/field.tsx'
import type { FieldElement } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { isSameWord, twoPlaces } from './kit-check.ts'

/** Two words of the kit, typed from what was kept. Where `onDone` rejects, that is told, and it can be tried again. */
export function KitCheck(props: { words: readonly string[]; onDone: () => Promise<void>; onBack: () => void }) {
  const { words, onDone, onBack } = props
  const [places] = useState(() => twoPlaces(words.length, randomBelow))
  const [typed, setTyped] = useState<readonly [string, string]>(['', ''])
  const [isTried, setTried] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const fields = [useRef<FieldElement>(null), useRef<FieldElement>(null)] as const
  const isWrong = (at: 0 | 1) => !isSameWord(typed[at], words[places[at]]!)
  const check = () => {
    setTried(true)
    const wrong = ([0, 1] as const).find(isWrong)
    if (wrong === undefined) void finish()
    else fields[wrong].current?.focus()
  }
  const finish = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onDone()
    } catch (cause) {
      setError(cause)
    }
    setBusy(false)
  }
  const change = (at: 0 | 1, value: string) => {
    setTried(false)
    setTyped(at === 0 ? [value, typed[1]] : [typed[0], value])
  }
  return (
    <Panel title={t('kit.check.title')} lead={t('kit.check.lead')} icon="key" onBack={onBack}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          check()
        }}
      >
        {error !== undefined && <ErrorNote error={error} />}
        {([0, 1] as const).map((at) => (
          <Field
            key={at}
            label={t('kit.check.word', { number: places[at] + 1 })}
            value={typed[at]}
            onInput={(value) => change(at, value)}
            error={isTried && isWrong(at) ? t('kit.check.wrong', { number: places[at] + 1 }) : undefined}
            inputRef={fields[at]}
          />
        ))}
        <Button kind="primary" type="submit" wide busy={isBusy}>
          {t('kit.check.done')}
        </Button>
        <Button kind="quiet" wide onClick={onBack}>
          {t('kit.check.see')}
        </Button>
      </form>
    </Panel>
  )
}

/** Which words are asked for is no secret; that they differ each time keeps one from keeping only those. */
function randomBelow(below: number): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % below
}
