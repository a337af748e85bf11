import { assertNoHome, type Home } from '@holdfast/core/home/home'
import { initHome } from '../home/open.ts'
import { DiskPlace } from '../home/disk-place.ts'
import { newKitFile } from '../operations/kit-file.ts'
import type { Context } from '../term/app.ts'
import * as show from './show-home.ts'
import { newPassphrase, unlockLater } from './unlock.ts'

export interface InitOptions {
  readonly name: string
  /** Where the words are kept besides. */
  readonly kit: string | undefined
  readonly storeCredentials: boolean
  /** Of this machine: kept in step with the vault from now on. */
  readonly folder?: string | undefined
}

/** Makes an account with this device as its first. The words are shown once. */
export async function init(context: Context, { name, kit, storeCredentials, folder }: InitOptions): Promise<void> {
  const { globals } = context
  await assertNoHome(new DiskPlace(globals.home)) // before a passphrase is asked for
  const later = await unlockLater(context, storeCredentials)
  const passphrase = await newPassphrase(context)
  const file = kit === undefined ? undefined : await newKitFile(kit)
  const { home, words } = await initHome(globals.home, { name, passphrase, ...later }).catch(async (error: unknown) => {
    await file?.drop()
    throw error
  })
  try {
    await tell(context, home, name, words, kit) // first: from here on they are all there is
    await file?.write({ words, relays: [] })
    if (folder !== undefined) await keepFolder(context, home, folder)
  } finally {
    await home.close()
  }
}

async function keepFolder({ output, signal }: Context, home: Home, path: string): Promise<void> {
  const { Engine } = await import('@holdfast/core/engine/engine')
  const { foldersOf } = await import('../folder/folders.ts')
  const { folderEvent } = await import('../operations/folder.ts')
  const { folderAdded } = await import('./show-folder.ts')
  const engine = await Engine.start(home)
  try {
    const kept = await (await foldersOf(engine)).add(path, [])
    await kept.pass({ signal })
    if (output.json) await output.event(folderEvent(kept))
    else await folderAdded.event(folderEvent(kept), output)
  } finally {
    await engine.stop()
  }
}

async function tell(
  { output, globals }: Context,
  home: Home,
  name: string,
  words: string,
  kit?: string
): Promise<void> {
  const { state, secrets } = home
  const event = {
    type: 'account',
    words: words.split(' '),
    account: state.account,
    device: secrets.device,
    vault: state.personalVault,
    name,
    home: globals.home,
    ...(kit === undefined ? {} : { kit })
  }
  if (output.json) await output.event(event)
  else await show.account(event, output)
}
