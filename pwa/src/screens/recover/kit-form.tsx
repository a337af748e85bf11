import { useRef, useState } from 'preact/hooks'
import type { GivenKit } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import type { FieldElement } from '../../ui/field.tsx'
import { givenKit, namesRelay } from './given-kit.ts'
import { KitText } from './kit-text.tsx'

/** The kit: its file, its text, or its words and the line of a relay. */
export function KitForm({ submit, onDone }: { submit: string; onDone: (kit: GivenKit) => void }) {
  const [text, setText] = useState('')
  const [relays, setRelays] = useState('')
  const [problem, setProblem] = useState<'words' | 'relay'>()
  const fields = { words: useRef<FieldElement>(null), relay: useRef<FieldElement>(null) }
  const finish = () => {
    const given = givenKit(text, relays)
    if ('kit' in given) return onDone(given.kit)
    setProblem(given.problem)
    fields[given.problem].current?.focus()
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        finish()
      }}
    >
      <KitText
        text={text}
        onText={(value) => {
          setText(value)
          setProblem(undefined)
        }}
        error={problem === 'words' ? t('recover.words.missing') : undefined}
        inputRef={fields.words}
      />
      {!namesRelay(text) && (
        <Field
          label={t('recover.relay')}
          hint={t('recover.relay.hint')}
          rows={3}
          mono
          value={relays}
          onInput={(value) => {
            setRelays(value)
            setProblem(undefined)
          }}
          error={problem === 'relay' ? t('recover.relay.missing') : undefined}
          inputRef={fields.relay}
        />
      )}
      <Button kind="primary" type="submit" wide>
        {submit}
      </Button>
    </form>
  )
}
