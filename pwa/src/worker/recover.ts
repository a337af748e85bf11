import { isForBrowsers } from '@holdfast/core/base/browser-address'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { recoveryKeysOf } from '@holdfast/core/engine/account/ask-recovery'
import { recoverAccount } from '@holdfast/core/engine/account/recover'
import type { Home } from '@holdfast/core/home/home'
import { typedAddress } from '@holdfast/core/net/typed-address'
import { kitFromText } from '@holdfast/core/operations/kit-text'
import type { HomePlace } from '@holdfast/core/ports/home-place'
import type { Contact } from '@holdfast/core/vault/pairing-messages'
import { isRecoveryKit, relaysFromText } from '@holdfast/core/vault/recovery-kit'
import type { GivenKit, NewDevice } from '../bridge/vault-worker.ts'
import { webPlatform } from './platform.ts'

/** Words and relays as a person gave them. Throws BAD_WORDS, UNSUPPORTED_VERSION, USAGE (no relay), NOT_FOR_BROWSERS. */
export async function kitGiven({ text, relays }: GivenKit): Promise<{ words: string; relays: readonly Contact[] }> {
  const kit = isRecoveryKit(text) ? kitFromText(text) : { words: text, relays: [] }
  const keys = await recoveryKeysOf(kit.words)
  keys.forget()
  const all = [...relaysIn(relays), ...kit.relays]
  if (all.length === 0) throw new HoldfastError('USAGE', 'no relay is named')
  const usable = all.filter(({ addresses }) => addresses.some(isForBrowsers))
  if (usable.length === 0) throw new HoldfastError('NOT_FOR_BROWSERS')
  return { words: kit.words, relays: usable }
}

/** The account of a kit on this device again: names and keys at once, contents when they are opened. Throws as `recoverAccount`. */
export async function recoverHere(
  place: HomePlace,
  { name, passphrase }: NewDevice,
  given: GivenKit & { readonly acceptsLess: boolean },
  signal: AbortSignal
): Promise<{ home: Home; missing: readonly string[] }> {
  const { words, relays } = await kitGiven(given)
  const keys = await recoveryKeysOf(words)
  const { acceptsLess } = given
  const options = { name, passphrase, keys, relays, acceptsLess, signal }
  const { home, missing } = await recoverAccount(place, webPlatform, options).catch((error: unknown) => {
    throw signal.aborted && isHoldfastError(error) ? new HoldfastError('ABORTED') : error
  })
  // Nothing is brought here that nobody looks at: there is nothing left to go on with.
  await place.remove('recovering')
  return { home, missing }
}

function relaysIn(text: string): Contact[] {
  try {
    return relaysFromText([text]).map(({ peer, addresses }) => ({ peer, addresses: addresses.map(typedAddress) }))
  } catch (error) {
    throw isHoldfastError(error) ? new HoldfastError('USAGE', 'no line of a relay', { cause: error }) : error
  }
}
