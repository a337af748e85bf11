import { useState } from 'preact/hooks'
import { eventsOf, numberOf, textOf } from '../../app/fields.ts'
import { useLoaded } from '../../app/loaded.ts'
import { run, vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Row, Section } from '../../ui/list.tsx'
import { Name } from '../../ui/name.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { toast } from '../../ui/toast.tsx'
import { tellError } from '../files/file-actions.ts'
import { sizeText } from '../files/format.ts'
import { restoreVersion } from '../files/operations.ts'

/** What was deleted, on whichever device, and can come back. Looked for when somebody asks: it takes a walk through all that ever was. */
export function Deleted() {
  const [isOpen, setOpen] = useState(false)
  return (
    <Section title={t('activity.deleted')}>
      {isOpen ? (
        <DeletedList />
      ) : (
        <Button icon="trash" onClick={() => setOpen(true)}>
          {t('activity.deleted.show')}
        </Button>
      )}
    </Section>
  )
}

interface DeletedFile {
  readonly path: string
  readonly version: string
  readonly bytes: number
}

function DeletedList() {
  const { value, error, reload } = useLoaded(look, [], { once: true })
  const [most, setMost] = useState(PAGE)
  const [busy, setBusy] = useState<DeletedFile>()
  const bringBack = async (file: DeletedFile): Promise<void> => {
    setBusy(file)
    try {
      await restoreVersion(vault(), file.path, file.version)
      toast({ text: t('activity.deleted.back') })
    } catch (cause) {
      tellError(cause)
    }
    setBusy(undefined)
    reload()
  }
  if (error !== undefined) return <ErrorNote error={error} retry={reload} />
  if (value === undefined) return <Waiting>{t('common.loading')}</Waiting>
  if (value.length === 0) return <p>{t('activity.deleted.empty')}</p>
  return (
    <>
      <p class="activity-lead">{t('activity.deleted.text', { count: value.length })}</p>
      <List label={t('activity.deleted')}>
        {value.slice(0, most).map((file) => (
          <Row
            key={`${file.version} ${file.path}`}
            icon="file"
            title={<Name text={file.path} />}
            detail={sizeText(file.bytes)}
            end={
              <Button kind="quiet" busy={busy === file} onClick={() => void bringBack(file)}>
                {t('activity.deleted.restore')}
              </Button>
            }
          />
        ))}
      </List>
      {value.length > most && <Button onClick={() => setMost(most + PAGE)}>{t('activity.deleted.more')}</Button>}
    </>
  )
}

async function look(): Promise<readonly DeletedFile[]> {
  const events = eventsOf(await run('deleted'), 'deleted')
  return events.map((event) => ({
    path: textOf(event, 'path'),
    version: textOf(event, 'version'),
    bytes: numberOf(event, 'bytes')
  }))
}

const PAGE = 50
