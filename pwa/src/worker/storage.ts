import type { StorageState } from '../bridge/vault-worker.ts'
import type { Session } from './session.ts'

export async function storageOf(session: Session | undefined): Promise<StorageState> {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {}
  const persisted = await navigator.storage?.persisted?.()
  const blobs = await session?.home.blobs.stats()
  return { persisted, usedBytes: usage, quotaBytes: quota, blobBytes: blobs?.bytes ?? 0, droppableBytes: 0 }
}
