import { HoldfastError } from '@holdfast/core/base/errors'
import type { ControlIo } from '../control/io.ts'
import { Engine } from '../engine/engine.ts'
import { openHome, type Home } from '../home/home.ts'
import { OPERATIONS } from '../operations/table.ts'
import type { Context } from '../term/app.ts'
import { unlockFrom } from './unlock.ts'

/** A port that happens to be free, at every address: whoever comes there has to prove the secret of the link. */
const ANYWHERE = ['/ip4/0.0.0.0/tcp/0']

export interface Here {
  run(args: unknown, io: ControlIo): Promise<void>
  close(): Promise<void>
}

/** Opens the home in this process for one operation. Throws what `openHome` throws. */
export async function openHere(context: Context, op: string): Promise<Here> {
  const operation = OPERATIONS.get(op)
  if (operation === undefined) throw new HoldfastError('INTERNAL')
  const home = await openHome(context.globals.home, unlockFrom(context))
  try {
    const engine = await Engine.start(home, {
      connect: operation.network !== 'unused',
      listen: operation.network === 'listening' ? ANYWHERE : []
    })
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
