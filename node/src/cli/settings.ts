import { join } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Contact } from '@holdfast/core/vault/pairing-messages'
import type { Key, Settings } from '../config/keys.ts'
import type { Resolved } from '../config/resolve.ts'
import type { Globals } from '../term/args.ts'

/** What is set for a home and this command. Throws BAD_SETTING. */
export async function settingsOf(globals: Pick<Globals, 'home' | 'settings'>): Promise<Settings> {
  return (await resolvedOf(globals)).settings
}

/** The same with where each comes from. */
export async function resolvedOf({ home, settings }: Pick<Globals, 'home' | 'settings'>): Promise<Resolved> {
  const { resolveSettings } = await import('../config/resolve.ts')
  return resolveSettings({ file: await settingsText(home), env: process.env, flags: settings })
}

/** In bytes a second, as the network counts. */
export function limitsOf(settings: Settings): { upPerSecond: number; downPerSecond: number } {
  return { upPerSecond: settings['limits.up'] * 1024, downPerSecond: settings['limits.down'] * 1024 }
}

/** Where relays are to be looked for besides. Throws BAD_SETTING for an address that names no peer of ours. */
export async function alsoAtOf(settings: Settings): Promise<readonly Contact[]> {
  const addresses = settings['connect.relays']
  if (addresses.length === 0) return []
  const { peerKeyFromText } = await import('@holdfast/core/libp2p/peer-id')
  return addresses.map((full) => {
    const at = full.lastIndexOf('/p2p/')
    const peer = peerKeyFromText(full.slice(at + '/p2p/'.length))
    if (peer === undefined)
      throw new HoldfastError('BAD_SETTING', 'connect.relays: after /p2p/ stands the id of no peer.')
    return { peer, addresses: [full.slice(0, at)] }
  })
}

/** The file of a home; undefined where there is none. */
export async function settingsText(home: string): Promise<string | undefined> {
  const { readFileOrUndefined } = await import('../disk/atomic-file.ts')
  const bytes = await readFileOrUndefined(await settingsFile(home))
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

export async function settingsFile(home: string): Promise<string> {
  const { FILE_NAME } = await import('../config/file.ts')
  return join(home, FILE_NAME)
}

/** Writes one setting into the file of a home, and does what follows from it at once. Throws BAD_SETTING, LOCKED, STORE_FULL. */
export async function changeSetting(home: string, name: string, given: string): Promise<{ key: Key; file: string }> {
  const [{ keyOf, valueOf }, { withSetting }] = await Promise.all([
    import('../config/resolve.ts'),
    import('../config/file.ts')
  ])
  const { makeFolder, writeFileDurably } = await import('../disk/atomic-file.ts')
  const key = keyOf(name)
  const text = withSetting((await settingsText(home)) ?? '', key, valueOf(key, given, key))
  const file = await settingsFile(home)
  await makeFolder(home)
  await writeFileDurably(file, text)
  return { key, file }
}
