import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field } from '../../ui/field.tsx'
import type { FieldElement } from '../../ui/field.tsx'
import type { FileEntry } from './file-entry.ts'
import { nameProblem } from './operations.ts'

interface NameDialogProps {
  readonly title: string
  readonly label: string
  readonly action: string
  /** What stands in the folder: none of these names is free. */
  readonly entries: readonly FileEntry[]
  /** What gets another name. */
  readonly entry?: FileEntry
  readonly onName: (name: string) => Promise<void>
  readonly onClose: () => void
}

/** Asks for a name and does something with it; what went wrong is told where it was typed. */
export function NameDialog({ title, label, action, entries, entry, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(entry?.name ?? '')
  const [isAsked, setAsked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const field = useRef<FieldElement>(null)
  useEffect(() => {
    // All but the ending: that is what people change.
    const dot = name.lastIndexOf('.')
    field.current?.setSelectionRange(0, dot > 0 ? dot : name.length)
  }, [])
  const trimmed = name.trim()
  const problem = nameProblem(trimmed, entries, entry)
  const submit = async (): Promise<void> => {
    setAsked(true)
    if (problem !== undefined || isBusy) return
    if (trimmed === entry?.name) return onClose()
    setBusy(true)
    try {
      await onName(trimmed)
      onClose()
    } catch (cause) {
      setError(cause)
      setBusy(false)
    }
  }
  const told = problem !== undefined && (isAsked || (problem !== 'empty' && trimmed !== entry?.name))
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" type="submit" busy={isBusy}>
            {action}
          </Button>
        </>
      }
    >
      <Field
        label={label}
        value={name}
        onInput={setName}
        error={told ? t(`files.name.${problem}`) : undefined}
        inputRef={field}
      />
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  )
}
