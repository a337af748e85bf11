import type { StorageState } from '../bridge/vault-worker.ts'
import type { Session } from './session.ts'

/** Of what the browser would give at most, and in all: other apps need room too, and a phone that is full is slow. */
const SHARE_OF_QUOTA = 0.5
const MOST_BYTES = 8 * 1024 ** 3

/** Ciphertext that may lie here before what was read longest ago is dropped. */
export async function boundBytes(): Promise<number> {
  const { quota } = (await navigator.storage?.estimate?.()) ?? {}
  return Math.min(MOST_BYTES, (quota ?? MOST_BYTES) * SHARE_OF_QUOTA)
}

export async function storageOf(session: Session | undefined): Promise<StorageState> {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {}
  const persisted = await navigator.storage?.persisted?.()
  const blobs = await session?.home.blobs.stats()
  const droppableBytes = (await session?.engine.keeping?.droppableBytes()) ?? 0
  return { persisted, usedBytes: usage, quotaBytes: quota, blobBytes: blobs?.bytes ?? 0, droppableBytes }
}
