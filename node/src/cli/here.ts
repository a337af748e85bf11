import { HoldfastError } from '@holdfast/core/base/errors'
import type { OperationIo } from '@holdfast/core/ports/operation-io'
import { Engine } from '@holdfast/core/engine/engine'
import type { Home } from '@holdfast/core/home/home'
import { openHome } from '../home/open.ts'
import { parseVerify } from '@holdfast/core/operations/verify'
import { OPERATIONS } from '../operations/table.ts'
import type { Context } from '../term/app.ts'
import { listenAt } from '../up/listen.ts'
import { alsoAtOf, limitsOf, settingsOf } from './settings.ts'
import { unlockFrom } from './unlock.ts'

export interface Here {
  run(args: unknown, io: OperationIo): Promise<void>
  close(): Promise<void>
}

/** Opens the home in this process for one operation. Throws what `openHome` throws. */
export async function openHere(context: Context, op: string, listen: readonly string[], args: unknown): Promise<Here> {
  const operation = OPERATIONS.get(op)
  if (operation === undefined) throw new HoldfastError('INTERNAL')
  const salvage = op === 'verify' && parseVerify(args).repair
  const settings = await settingsOf(context.globals)
  const limits = limitsOf(settings)
  const home = await openHome(context.globals.home, unlockFrom(context), { salvage, limits })
  try {
    const engine = await Engine.start(home, {
      // Goes online by itself, when the folders of this disk have been told of.
      connect: operation.network !== 'unused' && op !== 'sync',
      discover: op === 'sync' && settings['connect.discover'],
      alsoAt: operation.network === 'unused' ? [] : await alsoAtOf(settings),
      // A command that reads fetches what it reads, not everything that happens to be missing.
      pull: !READING.has(op),
      listen: operation.network === 'listening' ? listenAt(home, listen) : []
    })
    // What does not lie in the store a second time is made from the files of this disk.
    if (op === 'sync' || home.blobs.remade().size > 0) {
      const { foldersOf } = await import('../folder/folders.ts')
      ;(await foldersOf(engine)).settings = settings
    }
    return {
      run: (args, io) => operation.run(engine, args, io),
      close: () => closeBoth(engine, home)
    }
  } catch (error) {
    await home.close()
    throw error
  }
}

async function closeBoth(engine: Engine, home: Home): Promise<void> {
  try {
    await engine.stop()
  } finally {
    await home.close()
  }
}

const READING: ReadonlySet<string> = new Set(['cat', 'get', 'doctor'])
