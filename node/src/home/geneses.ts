import { asArray, asBytes, asVersion, decode, encode } from '@holdfast/core/base/codec'
import { concat, equalBytes } from '@holdfast/core/base/bytes'
import { decodeEntry, encodeEntry, ENTRY_BYTES } from '@holdfast/core/log/entry'
import { blake3 } from '@holdfast/core/proof/blake3'
import type { Replica } from '@holdfast/core/sync/replica'
import { firstEntry } from '@holdfast/core/vault/first-entry'
import { readFileOrUndefined, writeFileDurably } from '../disk/atomic-file.ts'
import type { HomeState } from './state.ts'

/** Adds vaults of the home that the store has lost from the file at `path`, and makes that file where it is missing or damaged. */
export async function keepGeneses(replica: Replica, state: HomeState, path: string): Promise<void> {
  const vaults = [state.accountVault, state.personalVault]
  if (vaults.some((vault) => (vault as string) === '')) return
  const kept = geneses(await readFileOrUndefined(path))
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
  await writeFileDurably(path, concat(content, blake3(content)), 0o600)
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
