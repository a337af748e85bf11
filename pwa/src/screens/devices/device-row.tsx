import { useLoaded } from '../../app/loaded.ts'
import { status, vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { agoText } from '../../ui/ago.ts'
import { Chip } from '../../ui/chip.tsx'
import { Row } from '../../ui/list.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Name } from '../../ui/name.tsx'
import { shown } from '../../ui/shown.ts'
import { sizeText } from '../files/format.ts'
import { looksLikePhone } from './looks-like-phone.ts'
import { nameOf } from './device-views.ts'
import type { DeviceView } from './device-views.ts'

/** A device with when it was met, and how to be rid of it. */
export function DeviceRow({ device, onRevoke }: { device: DeviceView; onRevoke: () => void }) {
  const storage = useLoaded(async () => (device.isThis ? vault().storage() : undefined))
  const { name, isThis } = device
  const fullName = nameOf(device)
  return (
    <Row
      icon={looksLikePhone(name) ? 'phone' : 'laptop'}
      title={<Name text={fullName} />}
      detail={
        isThis ? (
          <>
            <span>{t('devices.this')}</span>
            {storage.value !== undefined && (
              <span>{t('devices.storage', { bytes: sizeText(storage.value.blobBytes) })}</span>
            )}
            <Verified atMs={device.verifiedMs} />
          </>
        ) : (
          <SeenDevice device={device} />
        )
      }
      end={
        !isThis && (
          <Menu
            label={t('devices.menu', { name: shown(fullName) })}
            items={[{ label: t('devices.remove'), icon: 'trash', danger: true, onSelect: onRevoke }]}
          />
        )
      }
    />
  )
}

/** When what lies there was last looked at. */
export function Verified({ atMs }: { atMs: number | undefined }) {
  return (
    <span>
      {atMs === undefined ? t('devices.unverified') : t('devices.verified', { when: agoText(atMs, Date.now()) })}
    </span>
  )
}

/** One that never came is not called one that was not met: who set it up may have been interrupted, and left it behind. */
function SeenDevice({ device }: { device: DeviceView }) {
  if (device.connected || device.lastExchangeMs !== undefined) return <Seen peer={device} />
  if (device.hasAppeared) return <span>{t('devices.notDirectly')}</span>
  return (
    <>
      <Chip tone="warn" icon="warning">
        {t('devices.neverHere')}
      </Chip>
      <span>{t('devices.neverHere.text')}</span>
    </>
  )
}

/** Whether it is connected and how, or when it was met last. */
export function Seen({ peer }: { peer: { id: string; connected: boolean; lastExchangeMs: number | undefined } }) {
  if (!peer.connected)
    return (
      <span>
        {peer.lastExchangeMs === undefined
          ? t('devices.unseen')
          : t('devices.seen', { when: agoText(peer.lastExchangeMs, Date.now()) })}
      </span>
    )
  const known = status.value.peers.find(({ id, role }) => id === peer.id && role === 'device')
  return (
    <>
      <Chip tone="ok" icon="check">
        {t('devices.connected')}
      </Chip>
      {known !== undefined && (
        <span>{known.through === '' ? t('devices.direct') : t('devices.through', { relay: known.through })}</span>
      )}
    </>
  )
}
