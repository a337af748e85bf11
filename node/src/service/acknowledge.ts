import { watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileDurably } from '../disk/atomic-file.ts'

/** In a home: written when somebody has seen what is wrong. */
const FILE = 'acknowledged'

export function acknowledge(home: string): Promise<void> {
  return writeFileDurably(join(home, FILE), `${new Date().toISOString()}\n`)
}

/** Watches for it: call before what is wrong is shown, so that nobody is too quick. Rejects with what `signal` fires with. */
export async function acknowledgement(home: string, signal: AbortSignal): Promise<{ readonly given: Promise<void> }> {
  const before = await timeOf(home)
  const given = new Promise<void>((resolve, reject) => {
    const watcher = watch(home, () => {
      void timeOf(home).then((now) => {
        if (now === before) return
        watcher.close()
        resolve()
      })
    })
    watcher.on('error', reject)
    const stop = (): void => {
      watcher.close()
      reject(signal.reason as Error)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  given.catch(() => undefined) // whoever waits hears of it
  return { given }
}

async function timeOf(home: string): Promise<bigint | undefined> {
  return stat(join(home, FILE), { bigint: true }).then(
    ({ mtimeNs, ino }) => mtimeNs ^ ino,
    () => undefined
  )
}
