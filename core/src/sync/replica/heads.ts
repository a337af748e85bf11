import { asArray, asBytes, asId, asUint, encode, idValue } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { toHex } from '../../base/bytes.ts'
import { idBytes, INCARNATION_BYTES, logIdOf } from '../../base/ids.ts'
import type { DeviceId, Incarnation, LogId, VaultId } from '../../base/ids.ts'
import { DERIVE } from '../../base/labels.ts'
import { LIMITS } from '../../base/limits.ts'
import { assertAscending } from '../../log/header.ts'
import { headsValue } from '../../log/head-statement.ts'
import type { Head } from '../../log/head-statement.ts'
import { deriveKey } from '../../proof/blake3.ts'

/** Number of the newest head statement of one device that somebody holds. */
export interface StatementNumber {
  readonly device: DeviceId
  readonly number: number
}

/**
 * What a side holds of one vault in 32 bytes (hex): equal exactly when heads and head statements are. Keyed by the
 * vault, so that it tells nothing to somebody who does not know the vault.
 */
export function vaultDigest(vault: VaultId, heads: readonly Head[], numbers: readonly StatementNumber[]): string {
  return toHex(deriveKey(DERIVE.vaultDigest, idBytes(vault), encode([sortedHeadsValue(heads), numbersValue(numbers)])))
}

export function sortedHeadsValue(heads: readonly Head[]): Value {
  return headsValue([...heads].sort(byLog))
}

export function numbersValue(numbers: readonly StatementNumber[]): Value {
  return [...numbers].sort(byDevice).map(({ device, number }) => [idValue(device), number])
}

/** Throws MALFORMED, also when they are not strictly ascending by device. */
export function asNumbers(value: Value | undefined): StatementNumber[] {
  const numbers = asArray(value, { max: LIMITS.logsPerVault }).map((item) => {
    const [device, number] = asArray(item, 2)
    return { device: asId<DeviceId>(device), number: asUint(number) }
  })
  assertAscending(numbers.map(({ device }) => device))
  return numbers
}

export function asLog(device: Value | undefined, incarnation: Value | undefined): LogId {
  return logIdOf(asId<DeviceId>(device), asId<Incarnation>(incarnation, INCARNATION_BYTES))
}

export function asDigest(value: Value | undefined): string {
  return toHex(asBytes(value, 32))
}

/** Ids are hex of fixed length, so text order is byte order. */
function byLog(a: Head, b: Head): number {
  return a.log < b.log ? -1 : a.log > b.log ? 1 : 0
}

function byDevice(a: StatementNumber, b: StatementNumber): number {
  return a.device < b.device ? -1 : a.device > b.device ? 1 : 0
}
