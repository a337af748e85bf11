import { LIMITS } from '@holdfast/core/base/limits'

/** What to call this device until somebody says better: from what the browser tells every site. */
export function guessDeviceName(userAgent: string): string {
  const device = DEVICES.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (device !== undefined) return device
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'Browser'
  return system === undefined ? browser : `${browser} on ${system}`
}

const DEVICES: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android.*Mobile/, 'Android phone'],
  [/Android/, 'Android tablet']
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/CrOS/, 'Chromebook'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'Mac'],
  [/Linux/, 'Linux']
]
/** Each claims to be those after it as well. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari']
]

export type NameProblem = 'missing' | 'long'

/** Why a device cannot have this name, or undefined. */
export function deviceNameProblem(name: string): NameProblem | undefined {
  if (name.trim() === '') return 'missing'
  return new TextEncoder().encode(name.trim()).length > LIMITS.deviceNameBytes ? 'long' : undefined
}
