import { asArray, asBytes, asVersion, decode, encode } from '../base/codec.ts'
import { concat, equalBytes } from '../base/bytes.ts'
import { decodeEntry, encodeEntry, ENTRY_BYTES } from '../log/entry.ts'
import { blake3 } from '../proof/blake3.ts'
import type { HomePlace } from '../ports/home-place.ts'
import type { Replica } from '../sync/replica/replica.ts'
import { firstEntry } from '../vault/first-entry.ts'
import type { HomeState } from './state.ts'

/** Adds vaults of the home that the store has lost from the file of their beginnings, and makes that file where it is missing or damaged. */
export async function keepGeneses(replica: Replica, state: HomeState, place: HomePlace): Promise<void> {
  const vaults = [state.accountVault, state.personalVault]
  if (vaults.some((vault) => (vault as string) === '')) return
  const kept = geneses(await place.read('home.geneses'))
  const introduced = state.introduced.map(({ peer }) => peer)
  for (const genesis of kept) {
    const { vault, bytes } = decodeEntry(genesis)
    if (vaults.includes(vault) && replica.vault(vault) === undefined) await replica.addVault(bytes, introduced)
  }
  if (kept.length > 0) return
  const here: Uint8Array[] = []
  for (const id of vaults) {
    const vault = replica.vault(id)
    const bytes = vault === undefined ? undefined : await firstEntry(vault)
    if (bytes === undefined) return
    here.push(encodeEntry(bytes))
  }
  const content = encode([1, here])
  await place.write('home.geneses', concat(content, blake3(content)))
}

/** None where the file is not as it was written. */
function geneses(file: Uint8Array | undefined): Uint8Array[] {
  const content = file?.subarray(0, Math.max(0, file.length - HASH_BYTES))
  if (file === undefined || content === undefined || !equalBytes(blake3(content), file.subarray(content.length)))
    return []
  const [version, entries] = asArray(decode(content, 2 * ENTRY_BYTES), 2)
  asVersion(version, 1)
  return asArray(entries, 2).map((entry) => asBytes(entry, { max: ENTRY_BYTES }))
}

const HASH_BYTES = 32
