import { eventsOf, flagOf, numberOf, textOf, timeOf } from '../../app/fields.ts'
import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { t } from '../../strings/t.ts'

/** One of this account's devices. `name` is as its owner typed it. */
export interface DeviceView {
  readonly id: string
  readonly name: string
  /** Another one has the same name. */
  readonly isAlike: boolean
  readonly isThis: boolean
  readonly connected: boolean
  readonly lastExchangeMs: number | undefined
  /** Whether it was met or anything of it came here, since it was let in. */
  readonly hasAppeared: boolean
  /** Of this one: when everything here was last found whole. */
  readonly verifiedMs: number | undefined
}

/** A relay as this device knows it. */
export interface RelayView {
  readonly id: string
  readonly name: string
  readonly connected: boolean
  readonly lastExchangeMs: number | undefined
  /** When it last showed what it was asked for of what it says it holds. */
  readonly verifiedMs: number | undefined
  readonly inStep: boolean
  readonly away: boolean
  /** Objects it is to hold, those of them it holds, those that are nowhere else. */
  readonly objects: number
  readonly held: number
  readonly onlyThere: number
}

export function devicesOf(events: readonly VaultEvent[]): readonly DeviceView[] {
  return eventsOf(events, 'device').map((event) => ({
    id: textOf(event, 'id'),
    name: textOf(event, 'name'),
    isAlike: flagOf(event, 'alike'),
    isThis: flagOf(event, 'this'),
    connected: flagOf(event, 'connected'),
    lastExchangeMs: timeOf(event, 'lastExchange'),
    hasAppeared: event['appeared'] !== false,
    verifiedMs: timeOf(event, 'verified')
  }))
}

/** The name of a device, and what tells it from another one of the same name. Raw: to be shown by `shown` or `Name`. */
export function nameOf({ name, id, isAlike }: DeviceView): string {
  return `${name === '' ? t('devices.nameless') : name}${isAlike ? ` (${id.slice(0, ID_SHOWN)})` : ''}`
}

/** As many characters as the command line shows. */
const ID_SHOWN = 8

export function relaysOf(events: readonly VaultEvent[]): readonly RelayView[] {
  return eventsOf(events, 'relay').map((event) => ({
    id: textOf(event, 'id'),
    name: textOf(event, 'name'),
    connected: flagOf(event, 'connected'),
    lastExchangeMs: timeOf(event, 'lastExchange'),
    verifiedMs: timeOf(event, 'verified'),
    inStep: flagOf(event, 'inStep'),
    away: flagOf(event, 'away'),
    objects: numberOf(event, 'objects'),
    held: numberOf(event, 'held'),
    onlyThere: numberOf(event, 'onlyThere')
  }))
}
