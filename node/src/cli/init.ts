import { setOwnName } from '@holdfast/core/engine/account/contacts'
import type { Engine } from '@holdfast/core/engine/engine'
import { assertNoHome, type Home } from '@holdfast/core/home/home'
import { checkUserName } from '@holdfast/core/vault/user-name'
import { initHome } from '../home/open.ts'
import { DiskPlace } from '../home/disk-place.ts'
import { newKitFile } from '../operations/kit-file.ts'
import type { Context } from '../term/app.ts'
import * as show from './show-home.ts'
import { newPassphrase, unlockLater } from './unlock.ts'

export interface InitOptions {
  readonly name: string
  /** What others see this person as; undefined: as this device is called. */
  readonly userName?: string | undefined
  /** Where the words are kept besides. */
  readonly kit: string | undefined
  readonly storeCredentials: boolean
  /** Of this machine: kept in step with the vault from now on. */
  readonly folder?: string | undefined
}

/** Makes an account with this device as its first. The words are shown once. */
export async function init(
  context: Context,
  { name, userName, kit, storeCredentials, folder }: InitOptions
): Promise<void> {
  const { globals } = context
  const called = userName === undefined ? undefined : checkUserName(userName)
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
    if (folder !== undefined || called !== undefined) await begin(context, home, folder, called)
  } finally {
    await home.close()
  }
}

async function begin(context: Context, home: Home, folder: string | undefined, userName?: string): Promise<void> {
  const { Engine } = await import('@holdfast/core/engine/engine')
  const engine = await Engine.start(home)
  try {
    if (userName !== undefined) await setOwnName(engine, userName)
    if (folder !== undefined) await keepFolder(context, engine, folder)
  } finally {
    await engine.stop()
  }
}

async function keepFolder({ output, signal }: Context, engine: Engine, path: string): Promise<void> {
  const { foldersOf } = await import('../folder/folders.ts')
  const { folderEvent, tellProgress } = await import('../operations/folder.ts')
  const { folderAdded, folderProgress } = await import('./show-folder.ts')
  const { newProgress } = await import('../term/progress.ts')
  const kept = await (await foldersOf(engine)).add(path, [])
  const progress = newProgress(output)
  try {
    await kept.pass({
      signal,
      onProgress: tellProgress({ progress: (event) => progress.update(folderProgress(event), event) })
    })
  } finally {
    progress.stop()
  }
  const event = await folderEvent(kept)
  if (output.json) await output.event(event)
  else await folderAdded.event(event, output)
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
