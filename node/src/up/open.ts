import { Engine } from '@holdfast/core/engine/engine'
import type { Home } from '@holdfast/core/home/home'
import { alsoAtOf } from '../cli/settings.ts'
import type { Settings } from '../config/keys.ts'
import { foldersOf } from '../folder/folders.ts'
import type { Folders } from '../folder/folders.ts'
import type { Ends } from './ends.ts'
import { atLastPort, listenAt } from './listen.ts'

/** A home at work, offline still. */
export interface Opened {
  readonly home: Home
  readonly settings: Settings
  readonly engine: Engine
  readonly folders: Folders
  /** Resolves when the vault was told what was done in the folders meanwhile. Whoever goes online waits for it. */
  readonly caughtUp: Promise<void>
}

/**
 * Starts the engine and the look through the folders. What was done in them meanwhile is told before anything is heard of others:
 * else what two devices did apart would look like one of them following the other.
 */
export async function openEngine(
  home: Home,
  settings: Settings,
  { listen, signal, ends }: { listen: readonly string[]; signal: AbortSignal; ends: Ends }
): Promise<Opened> {
  const discover = settings['connect.discover']
  let caughtUp: Promise<void> = Promise.resolve()
  const engine = await Engine.start(home, {
    listen: discover ? await atLastPort(home, listenAt(home, listen, true)) : listenAt(home, listen),
    discover,
    throughRelays: settings['connect.throughRelays'],
    alsoAt: await alsoAtOf(settings),
    keep: { versions: settings['keep.versions'], days: settings['keep.days'] },
    beforeOnline: () => caughtUp
  })
  ends.push(() => engine.stop())
  const folders = await foldersOf(engine)
  folders.settings = settings
  ends.push(() => folders.stop())
  const over = new AbortController()
  caughtUp = folders.catchUp(AbortSignal.any([signal, over.signal]))
  caughtUp.catch(() => undefined) // whoever waits for it hears of it
  ends.push(() => {
    over.abort()
    return caughtUp.catch(() => undefined)
  })
  return { home, settings, engine, folders, caughtUp }
}
