import { useState } from 'preact/hooks'
import { Scanner } from '../../qr/scanner.tsx'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Field } from '../../ui/field.tsx'
import { countWords, linkIn, typedInvitation } from './invitation.ts'

type Way = 'scan' | 'paste' | 'type'

/** The three ways an invitation comes here: scanned, pasted, typed. */
export function InvitationForm({ onDone }: { onDone: (invitation: string) => void }) {
  const [way, setWay] = useState<Way>(hasFinger() ? 'scan' : 'paste')
  return (
    <div class="stack">
      <Choice
        legend={t('join.how')}
        hideLegend
        value={way}
        onChange={setWay}
        options={[
          { value: 'scan', label: t('join.scan'), icon: 'qr' },
          { value: 'paste', label: t('join.paste'), icon: 'link' },
          { value: 'type', label: t('join.type'), icon: 'words' }
        ]}
      />
      {way === 'scan' && (
        <Scanner accepts={(text) => linkIn(text) !== undefined} onFound={(text) => onDone(linkIn(text)!)} />
      )}
      {way === 'paste' && <LinkForm onDone={onDone} />}
      {way === 'type' && <WordsForm onDone={onDone} />}
    </div>
  )
}

function LinkForm({ onDone }: { onDone: (invitation: string) => void }) {
  const [text, setText] = useState('')
  const [isWrong, setWrong] = useState(false)
  const finish = () => {
    const link = linkIn(text)
    if (link === undefined) setWrong(true)
    else onDone(link)
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        finish()
      }}
    >
      <Field
        label={t('join.link')}
        hint={t('join.link.hint')}
        rows={4}
        mono
        value={text}
        onInput={(value) => {
          setText(value)
          setWrong(false)
        }}
        error={isWrong ? t('join.link.missing') : undefined}
      />
      <Button kind="primary" type="submit" wide>
        {t('common.continue')}
      </Button>
    </form>
  )
}

function WordsForm({ onDone }: { onDone: (invitation: string) => void }) {
  const [words, setWords] = useState('')
  const [address, setAddress] = useState('')
  const [problem, setProblem] = useState<'words' | 'address' | 'browser'>()
  const finish = () => {
    const typed = typedInvitation(words, address)
    if ('problem' in typed) setProblem(typed.problem)
    else onDone(typed.invitation)
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        finish()
      }}
    >
      <Field
        label={t('join.words')}
        hint={t('join.words.hint')}
        rows={3}
        value={words}
        onInput={(value) => {
          setWords(value)
          setProblem(undefined)
        }}
        error={problem === 'words' ? t('join.words.count', { count: countWords(words) }) : undefined}
      />
      <Field
        label={t('join.address')}
        hint={t('join.address.hint')}
        rows={2}
        mono
        value={address}
        onInput={(value) => {
          setAddress(value)
          setProblem(undefined)
        }}
        error={addressError(problem)}
      />
      <Button kind="primary" type="submit" wide>
        {t('common.continue')}
      </Button>
    </form>
  )
}

function addressError(problem: 'words' | 'address' | 'browser' | undefined): string | undefined {
  if (problem === 'address') return t('join.address.missing')
  return problem === 'browser' ? t('join.address.browser') : undefined
}

/** Devices that one holds have a camera that can be pointed at another screen. */
function hasFinger(): boolean {
  return matchMedia('(pointer: coarse)').matches
}
