import { useRef, useState } from 'preact/hooks'
import type { NewDevice } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import type { FieldElement } from '../../ui/field.tsx'
import { deviceNameProblem, guessDeviceName } from './device-name.ts'
import { LEAST_CHARACTERS, isAccepted, strengthOf } from './strength.ts'
import type { Level } from './strength.ts'
import { Strength } from './strength-hint.tsx'

interface ProtectFormProps {
  readonly submit: string
  readonly isBusy?: boolean
  /** What was given before, when one comes back. */
  readonly given?: NewDevice | undefined
  readonly onDone: (device: NewDevice) => void
}

/** What this device is called, and the passphrase that seals its keys: typed twice, or shown. */
export function ProtectForm({ submit, isBusy = false, given, onDone }: ProtectFormProps) {
  const [name, setName] = useState(given?.name ?? guessDeviceName(navigator.userAgent))
  const [passphrase, setPassphrase] = useState(given?.passphrase ?? '')
  const [repeated, setRepeated] = useState(given?.passphrase ?? '')
  const [isTried, setTried] = useState(false)
  const fields = {
    name: useRef<FieldElement>(null),
    passphrase: useRef<FieldElement>(null),
    repeated: useRef<FieldElement>(null)
  }
  const level = strengthOf(passphrase)
  const problem = deviceNameProblem(name)
  const wrong = {
    name: problem === undefined ? undefined : t(`protect.name.${problem}`),
    passphrase: isAccepted(level) ? undefined : tooWeak(level),
    repeated: repeated === passphrase ? undefined : t('protect.repeat.wrong')
  }
  const finish = () => {
    if (isBusy) return
    setTried(true)
    const first = (['name', 'passphrase', 'repeated'] as const).find((field) => wrong[field] !== undefined)
    if (first === undefined) onDone({ name: name.trim(), passphrase })
    else fields[first].current?.focus()
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
        label={t('protect.name')}
        hint={t('protect.name.hint')}
        value={name}
        onInput={setName}
        error={isTried ? wrong.name : undefined}
        inputRef={fields.name}
      />
      <div class="stack-tight">
        <Field
          label={t('protect.passphrase')}
          type="password"
          autocomplete="new-password"
          value={passphrase}
          onInput={setPassphrase}
          error={isTried ? wrong.passphrase : undefined}
          inputRef={fields.passphrase}
        />
        <Strength level={level} />
      </div>
      <Field
        label={t('protect.repeat')}
        type="password"
        autocomplete="new-password"
        value={repeated}
        onInput={setRepeated}
        error={isTried ? wrong.repeated : undefined}
        inputRef={fields.repeated}
      />
      <Button kind="primary" type="submit" wide busy={isBusy}>
        {submit}
      </Button>
    </form>
  )
}

function tooWeak(level: Level): string {
  return level === 'common'
    ? t('protect.strength.common.text')
    : t('protect.strength.short.text', { count: LEAST_CHARACTERS })
}
