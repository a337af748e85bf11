import type { Engine } from '@holdfast/core/engine/engine'
import { every } from '@holdfast/core/engine/later'
import { BLOB_ROWS } from '../disk/pack-rows.ts'
import type { Settings } from '../config/keys.ts'
import type { Folders } from './folders.ts'

/** Ciphertext may stay for so long after relays hold it: files that come together are asked about together. */
const LOOK_EVERY_MS = 60_000

/**
 * So much dropped at once leaves its rows behind, and what was written meanwhile lies there in several versions: beside many small
 * files a fifth of all rows. LevelDB would come to them when it has four times as much to write.
 */
const WORTH_BYTES = 4 << 20

/** What the setting says of the ciphertext of what lies in folders, done once: after everything was told and heard. */
export async function lookAtCopies(engine: Engine, folders: Folders, settings: Settings): Promise<void> {
  const { blobs } = engine.home
  const drops = settings['keep.localCopies'] === 'untilPinned'
  const isNothing = blobs.remade().size + blobs.left().size === 0 && (!drops || folders.list().length === 0)
  if (isNothing) return
  const { droppedBytes } = await folders.copies.look(drops)
  if (droppedBytes >= WORTH_BYTES) await engine.home.kv.compact(BLOB_ROWS)
}

/** The same from time to time, while anything changes. Returns how to end it. */
export function followCopies(engine: Engine, folders: Folders, settings: Settings): () => Promise<void> {
  let hasChanged = true
  let running: Promise<void> = Promise.resolve()
  const changed = (): void => void (hasChanged = true)
  const ends = [
    engine.onChange(changed),
    engine.exchange.onWhole(changed),
    every(engine.home.wait, LOOK_EVERY_MS, () => {
      if (!hasChanged && !hasSaid()) return
      hasChanged = false
      running = lookAtCopies(engine, folders, settings).catch(() => changed()) // it is looked at again
    })
  ]
  const { peers } = engine.home.replica
  let [said, forgotten] = [-1, -1]
  const hasSaid = (): boolean => {
    const isSame = peers.said === said && peers.forgotten === forgotten
    said = peers.said
    forgotten = peers.forgotten
    return !isSame
  }
  return async () => {
    for (const end of ends) end()
    await running
  }
}
