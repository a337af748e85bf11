import { count } from '@holdfast/core/base/amounts'
import { explain } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import { printable } from '@holdfast/core/base/printable'
import { every } from '@holdfast/core/engine/later'
import { catchingUpText } from '../cli/show-waits.ts'
import type { Site } from '../site/site.ts'
import type { Output } from '../term/output.ts'
import { newProgress } from '../term/progress.ts'
import type { Opened } from './open.ts'

const LOOK_EVERY_MS = 200

/** How far it is with the folders, as long as it looks through them. Returns how to end that. */
export function tellCatchingUp({ home, folders }: Opened, output: Output): () => void {
  const progress = newProgress(output)
  const tell = (): void => {
    const at = folders.catchingUp
    if (at?.path === undefined) return
    const fields = { path: printable(at.path), step: at.progress?.step ?? 'looking', files: at.progress?.files ?? 0 }
    progress.update({ done: fields.files, text: catchingUpText(fields) }, { type: 'progress', ...fields })
  }
  const end = every(home.wait, LOOK_EVERY_MS, tell)
  return () => {
    end()
    progress.stop()
  }
}

/** It takes commands, and is not online yet. */
export async function tellAnswers({ folders }: Opened, control: string, output: Output): Promise<void> {
  const { length } = folders.list()
  if (output.json) await output.event({ type: 'answers', control, process: process.pid, folders: length })
  else if (length > 0) output.say(`Looking through ${count(length, 'folder')} for what changed meanwhile.`)
}

/** It is up: connected, or offline as it was told to be. */
export async function tellReady(
  { home, engine }: Opened,
  { control, site }: { control: string; site: Site | undefined },
  output: Output
): Promise<void> {
  const host = engine.isOnline ? engine.network.host : undefined
  const addresses = host?.addresses() ?? []
  if (output.json) {
    await output.event({ type: 'ready', addresses, control, app: site?.address ?? null, process: process.pid })
  } else {
    const at = addresses.length > 0 ? `, at ${addresses.join(' ')}` : ''
    output.say(`${home.settings.name} is up${at}. Stop it with Ctrl-C.`)
    if ((await site?.isBuilt()) === true) output.say(`The app for this computer's browser: ${site?.address}`)
  }
  if (host !== undefined && host.unsupported.length > 0)
    output.warn('WebRTC does not load on this computer: browsers come by WebSocket only.')
}

/** Once, when this device was removed from its account. Returns how to end that. */
export function tellRevoked(engine: Engine, output: Output): () => void {
  let unwatch = (): void => undefined
  const tell = (): void => {
    if (!engine.standing.isRevoked) return
    unwatch()
    const { cause, remedy } = explain('REVOKED')
    if (output.json) void output.event({ type: 'revoked', message: cause, remedy })
    else output.warn(`${cause} ${remedy}`)
  }
  unwatch = engine.onChange(tell)
  tell()
  return () => unwatch()
}
