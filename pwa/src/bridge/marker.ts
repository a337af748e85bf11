import type { Marker } from './messages.ts'

const KEY = 'holdfast'
const DEVICE_CHARACTERS = 256

/**
 * Says that there was a vault here, in the one store that browsers leave alone when they make room: without it an app whose vault
 * was cleared would look like a new one.
 */
export function readMarker(): Marker | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    if (typeof value !== 'object' || value === null || !('device' in value)) return undefined
    const { device } = value
    return typeof device === 'string' ? { device: device.slice(0, DEVICE_CHARACTERS) } : undefined
  } catch {
    return undefined
  }
}

export function writeMarker(marker: Marker | null): void {
  try {
    if (marker === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, JSON.stringify(marker))
  } catch {
    // No room, or not allowed: then a cleared vault is not told from none.
  }
}
