import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'

/** Where the relay's key lies. Beside it: `store/` (logs, bookkeeping, ciphertext) and the control socket. */
export function relayKeyPath(home: string): string {
  return join(home, 'relay.key')
}

/** Throws NO_HOME when no relay lives here. */
export function assertRelayHome(home: string): void {
  if (existsSync(relayKeyPath(home))) return
  throw new HoldfastError('NO_HOME', 'No relay lives in this home; `holdfast-relay serve` makes one.')
}

/** A device's home is not taken for a relay's: throws HOME_EXISTS. */
export function assertNoDeviceHome(home: string): void {
  if (existsSync(join(home, 'keys.box'))) throw new HoldfastError('HOME_EXISTS', 'A device lives in this home.')
}
