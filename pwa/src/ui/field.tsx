import './field.css'
import { useId, useState } from 'preact/hooks'
import { t } from '../strings/t.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'

export type FieldElement = HTMLInputElement | HTMLTextAreaElement

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  /** Stands under the field. */
  readonly hint?: string
  /** Why what stands in it cannot stay: announced. */
  readonly error?: string | undefined
  readonly type?: 'text' | 'password' | 'search'
  readonly autocomplete?: string
  readonly maxLength?: number
  /** More than one line. */
  readonly rows?: number
  readonly required?: boolean
  readonly mono?: boolean
  readonly inputRef?: { current: FieldElement | null }
  readonly onBlur?: () => void
  readonly placeholder?: string
}

/** A labelled text field; a password can be shown. */
export function Field(props: FieldProps) {
  const id = useId()
  const [isShown, show] = useState(false)
  const { label, value, hint, error, type = 'text', rows, mono = false } = props
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`]
  const common = {
    id,
    value,
    class: mono || (type === 'password' && isShown) ? 'field-input field-mono' : 'field-input',
    'aria-invalid': error === undefined ? undefined : ('true' as const),
    'aria-describedby': described.join(' ').trim() || undefined,
    'aria-required': props.required === true ? ('true' as const) : undefined,
    maxLength: props.maxLength,
    placeholder: props.placeholder,
    autocomplete: props.autocomplete ?? 'off',
    autocapitalize: 'none' as const,
    autocorrect: 'off' as const,
    spellcheck: false,
    onBlur: () => props.onBlur?.(),
    ref: (element: FieldElement | null) => {
      if (props.inputRef !== undefined) props.inputRef.current = element
    }
  }
  return (
    <div class={error === undefined ? 'field' : 'field field-wrong'}>
      <label for={id}>{label}</label>
      <div class="field-box">
        {rows === undefined ? (
          <input
            {...common}
            // The declarations know every type by an interface of its own, and none by a union.
            type={(type === 'password' && isShown ? 'text' : type) as 'text'}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        ) : (
          <textarea {...common} rows={rows} onInput={(event) => props.onInput(event.currentTarget.value)} />
        )}
        {type === 'password' && (
          <IconButton
            icon={isShown ? 'eye-off' : 'eye'}
            label={t(isShown ? 'common.hide' : 'common.show')}
            pressed={isShown}
            onClick={() => show(!isShown)}
          />
        )}
      </div>
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p class="field-error" id={`${id}-error`} aria-live="polite">
        {error !== undefined && (
          <>
            <Icon name="error" size={16} />
            <span>{error}</span>
          </>
        )}
      </p>
    </div>
  )
}
