import { toHex } from '../../base/bytes.ts'
import { idBytes } from '../../base/ids.ts'
import type { DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import { DERIVE } from '../../base/labels.ts'
import { deriveKey } from '../../proof/blake3.ts'

/**
 * Which relays are to hold an object, by rendezvous hashing (Thaler and Ravishankar, 1998): each relay has a weight for the
 * object, and the `copies` heaviest that are not away are responsible. Who comes or goes moves only what it holds itself, and
 * everybody who sees the same relays agrees without asking (FORMAT.md 7.5). When all are away, it is as if none were.
 */
export function responsible(
  relays: readonly DeviceId[],
  copies: number,
  vault: VaultId,
  object: ObjectId,
  isAway: (relay: DeviceId) => boolean = () => false
): DeviceId[] {
  const here = relays.filter((relay) => !isAway(relay))
  const few = here.length > 0 ? here : relays
  const count = Math.max(1, copies)
  return few.length <= count ? [...few] : ranked(few, vault, object).slice(0, count)
}

/** These relays, the heaviest for the object first. */
export function ranked(relays: readonly DeviceId[], vault: VaultId, object: ObjectId): DeviceId[] {
  const [of, name] = [idBytes(vault), idBytes(object)]
  return relays
    .map((relay) => ({ relay, weight: toHex(deriveKey(DERIVE.placement, idBytes(relay), of, name)) }))
    .sort((a, b) => (a.weight < b.weight ? 1 : -1))
    .map(({ relay }) => relay)
}
