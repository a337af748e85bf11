import { asUint, decode, encode } from '../base/codec.ts'
import type { DeviceId } from '../base/ids.ts'
import type { Home } from '../home/home.ts'

/** What a person does now and then so that nothing goes wrong unnoticed. */
export type Care =
  | 'verify'
  | 'recovery test'
  /** This relay showed all that it was asked for of what it says it holds. */
  | `audit ${DeviceId}`

/** Remembers that it was done with success. */
export async function noteCare({ kv, clock }: Pick<Home, 'kv' | 'clock'>, care: Care): Promise<void> {
  await kv.write([{ put: keyOf(care), value: encode(Math.max(0, Math.round(clock.nowMs()))) }])
}

/** When it was last done, in milliseconds since 1970; undefined: never, as far as is known. */
export async function lastCare({ kv }: Pick<Home, 'kv'>, care: Care): Promise<number | undefined> {
  try {
    const bytes = await kv.get(keyOf(care))
    return bytes === undefined ? undefined : asUint(decode(bytes, MOST_BYTES))
  } catch {
    return undefined // damaged: it is done once more
  }
}

const keyOf = (care: Care): string => `care/${care.replace(' ', '-')}`
const MOST_BYTES = 16
