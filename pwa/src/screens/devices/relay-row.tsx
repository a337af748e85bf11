import { status } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { Chip } from '../../ui/chip.tsx'
import { Row } from '../../ui/list.tsx'
import { Name } from '../../ui/name.tsx'
import { sizeText } from '../files/format.ts'
import { Seen, Verified } from './device-row.tsx'
import type { RelayView } from './device-views.ts'

/** A relay with what it holds, as far as this device knows. */
export function RelayRow({ relay }: { relay: RelayView }) {
  const room = status.value.peers.find(({ id }) => id === relay.id)?.room
  const { name, objects, held, onlyThere, inStep, away } = relay
  // What it said before it held anything is not true any more: it is asked now and then only.
  const isCurrent = room !== undefined && (room.usedBytes > 0 || held === 0)
  return (
    <Row
      icon="relay"
      title={name === '' ? t('devices.relay.nameless') : <Name text={name} />}
      detail={
        <>
          <Seen peer={relay} />
          {away && (
            <Chip tone="warn" icon="warning">
              {t('devices.relay.away')}
            </Chip>
          )}
          <span>
            {objects === 0 ? t('devices.relay.empty') : t('devices.relay.held', { held, count: objects })}
            {' · '}
            {t(inStep ? 'devices.relay.inStep' : 'devices.relay.behind')}
          </span>
          {isCurrent && (
            <span>
              {room.quotaBytes === undefined
                ? t('devices.relay.used', { used: sizeText(room.usedBytes) })
                : t('devices.relay.room', { used: sizeText(room.usedBytes), quota: sizeText(room.quotaBytes) })}
            </span>
          )}
          <Verified atMs={relay.verifiedMs} />
          {onlyThere > 0 && (
            <Chip tone="warn" icon="only-here">
              {t('devices.relay.onlyThere', { count: onlyThere })}
            </Chip>
          )}
        </>
      }
    />
  )
}
