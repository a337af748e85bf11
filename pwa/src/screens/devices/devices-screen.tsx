import { useState } from 'preact/hooks'
import { useLoaded } from '../../app/loaded.ts'
import { hashOf } from '../../app/routes.ts'
import { run } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { List, Section } from '../../ui/list.tsx'
import { Note } from '../../ui/note.tsx'
import { Waiting } from '../../ui/progress.tsx'
import { Screen } from '../../ui/screen.tsx'
import { AddRelayDialog } from './add-relay-dialog.tsx'
import { Copies } from './copies.tsx'
import { DeviceRow } from './device-row.tsx'
import { devicesOf, relaysOf } from './device-views.ts'
import type { DeviceView } from './device-views.ts'
import { RelayRow } from './relay-row.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'

/** Who is in: devices and relays, when each was last met, and where the files are. */
export function DevicesScreen() {
  const devices = useLoaded(async () => devicesOf(await run('devices')))
  const relays = useLoaded(async () => relaysOf(await run('relay ls')))
  const [revoking, setRevoking] = useState<DeviceView>()
  const [isAdding, setAdding] = useState(false)
  return (
    <Screen
      title={t('devices.title')}
      actions={
        <LinkButton kind="primary" icon="add" href={hashOf({ screen: 'add-device' })}>
          {t('devices.add')}
        </LinkButton>
      }
    >
      <Section title={t('devices.yours')}>
        {devices.error !== undefined && <ErrorNote error={devices.error} retry={devices.reload} />}
        {devices.value === undefined && devices.error === undefined && <Waiting>{t('common.loading')}</Waiting>}
        {devices.value !== undefined && (
          <List label={t('devices.yours')}>
            {devices.value.map((device) => (
              <DeviceRow key={device.id} device={device} onRevoke={() => setRevoking(device)} />
            ))}
          </List>
        )}
        {devices.value?.length === 1 && (
          <Note tone="warn" title={t('devices.alone.title')}>
            <p>{t('devices.alone.text')}</p>
          </Note>
        )}
      </Section>
      <Section
        title={t('devices.relays')}
        actions={
          <Button kind="quiet" icon="add" onClick={() => setAdding(true)}>
            {t('devices.relay.add')}
          </Button>
        }
      >
        {relays.error !== undefined && <ErrorNote error={relays.error} retry={relays.reload} />}
        {relays.value === undefined && relays.error === undefined && <Waiting>{t('common.loading')}</Waiting>}
        {relays.value !== undefined && relays.value.length > 0 && (
          <List label={t('devices.relays')}>
            {relays.value.map((relay) => (
              <RelayRow key={relay.id} relay={relay} />
            ))}
          </List>
        )}
        {relays.value?.length === 0 && (
          <Note title={t('devices.relays.none')} icon="relay">
            <p class="muted">{t('devices.relays.none.text')}</p>
          </Note>
        )}
      </Section>
      <Copies />
      {revoking !== undefined && <RevokeDialog device={revoking} onClose={() => setRevoking(undefined)} />}
      {isAdding && <AddRelayDialog onClose={() => setAdding(false)} />}
    </Screen>
  )
}
