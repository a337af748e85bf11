import { useRef } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import type { FieldElement } from '../../ui/field.tsx'

/** More than any kit has: another file was chosen. */
const MOST_BYTES = 64 * 1024

interface KitTextProps {
  readonly text: string
  readonly onText: (text: string) => void
  readonly error?: string | undefined
  readonly inputRef: { current: FieldElement | null }
}

/** A kit as people have it: a file, or something to type off. */
export function KitText({ text, onText, error, inputRef }: KitTextProps) {
  const file = useRef<HTMLInputElement>(null)
  const read = async (chosen: File | undefined) => {
    if (chosen !== undefined) onText(chosen.size > MOST_BYTES ? '' : await chosen.text())
  }
  return (
    <>
      <Button icon="files" wide onClick={() => file.current?.click()}>
        {t('recover.file')}
      </Button>
      <input
        ref={file}
        hidden
        type="file"
        accept=".txt,text/plain"
        data-testid="kit-file"
        onChange={(event) => {
          const input = event.currentTarget
          void read(input.files?.[0])
          // The same file may be chosen again.
          input.value = ''
        }}
      />
      <Field
        label={t('recover.words')}
        hint={t('recover.words.hint')}
        rows={5}
        value={text}
        onInput={onText}
        error={error}
        inputRef={inputRef}
      />
    </>
  )
}
