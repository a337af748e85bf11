import { useState } from 'preact/hooks'
import { flagOf, recordOf, textOf, timeOf, numberOf } from '../../app/fields.ts'
import { useLoaded } from '../../app/loaded.ts'
import { run, vault } from '../../app/vault.ts'
import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Row, Section } from '../../ui/list.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { toast } from '../../ui/toast.tsx'
import { tellError } from '../files/file-actions.ts'
import { sizeText, timeText } from '../files/format.ts'
import { restoreVersion } from '../files/operations.ts'
import { authorText } from './details.tsx'

/** Every version, and the way back to each that is kept still. */
export function Versions({ path }: { path: string }) {
  const { value, error, reload } = useLoaded(() => run('history', { path }), [path])
  const versions = value?.filter(({ type }) => type === 'version') ?? []
  return (
    <Section title={t('viewer.versions')}>
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      {value === undefined
        ? error === undefined && <Waiting>{t('viewer.versions.loading')}</Waiting>
        : versions.length < 2 && <p class="details-hint">{t('viewer.versions.one')}</p>}
      {versions.length > 1 && (
        <div class="version-list">
          <List label={t('viewer.versions')}>
            {versions.slice(0, MOST_VERSIONS).map((version) => (
              <VersionRow key={textOf(version, 'version')} path={path} version={version} />
            ))}
          </List>
        </div>
      )}
    </Section>
  )
}

function VersionRow({ path, version }: { path: string; version: VaultEvent }) {
  const [isBusy, setBusy] = useState(false)
  const state = textOf(version, 'state')
  const timeMs = timeOf(version, 'mtime')
  const time = timeMs === undefined ? t('viewer.modified.unknown') : timeText(timeMs)
  const author = recordOf(version, 'author')
  const by = { name: textOf(author, 'name'), device: textOf(author, 'device'), self: flagOf(author, 'self') }
  const restore = async (): Promise<void> => {
    setBusy(true)
    try {
      await restoreVersion(vault(), path, textOf(version, 'version'))
      toast({ text: t('viewer.version.restored') })
    } catch (error) {
      tellError(error)
    }
    setBusy(false)
  }
  return (
    <Row
      title={time}
      detail={
        <>
          <span>{sizeText(numberOf(version, 'bytes'))}</span>
          {by.device !== '' && <bdi>{authorText(by)}</bdi>}
        </>
      }
      end={
        textOf(version, 'retention') === 'gone' ? (
          <Chip icon="info">{t('viewer.version.gone')}</Chip>
        ) : state === 'kept' ? (
          <Button kind="quiet" busy={isBusy} onClick={() => void restore()}>
            {t('viewer.version.restore')}
          </Button>
        ) : (
          <Chip tone={state === 'current' ? 'ok' : 'warn'} icon={state === 'current' ? 'check' : 'warning'}>
            {t(state === 'current' ? 'viewer.version.current' : 'viewer.version.conflict')}
          </Chip>
        )
      }
    />
  )
}

const MOST_VERSIONS = 200
