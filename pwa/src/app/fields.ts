import type { VaultEvent } from '../bridge/vault-worker.ts'

// Events are checked where they are read: a field that is absent or of another kind is a value of its kind all the same.

type Fields = Readonly<Record<string, unknown>>

export function textOf(from: Fields, field: string): string {
  const value = from[field]
  return typeof value === 'string' ? value : ''
}

export function numberOf(from: Fields, field: string): number {
  const value = from[field]
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

export function flagOf(from: Fields, field: string): boolean {
  return from[field] === true
}

/** Milliseconds since 1970 of an ISO time, or undefined. */
export function timeOf(from: Fields, field: string): number | undefined {
  const ms = Date.parse(textOf(from, field))
  return Number.isNaN(ms) ? undefined : ms
}

export function textsOf(from: Fields, field: string): readonly string[] {
  const value = from[field]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}

export function recordOf(from: Fields, field: string): Fields {
  const value = from[field]
  return isRecord(value) ? value : {}
}

export function recordsOf(from: Fields, field: string): readonly Fields[] {
  const value = from[field]
  return Array.isArray(value) ? value.filter(isRecord) : []
}

export function eventsOf(events: readonly VaultEvent[], type: string): readonly VaultEvent[] {
  return events.filter((event) => event.type === type)
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
