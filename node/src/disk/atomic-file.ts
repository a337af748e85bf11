import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asStore, isMissing } from './errors.ts'

/**
 * Replaces the file at `path`: after a crash it holds the old bytes or the new ones. Resolves when it is durable.
 * For one writer at a time (the home's lock sees to that). Throws STORE_FULL, STORE_READ_ONLY, STORE_FAILED.
 * @param mode of a new file; give 0o600 for anything secret.
 */
export async function writeFileDurably(path: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> {
  const temporary = `${path}.tmp`
  await asStore(async () => {
    await unlinkIfThere(temporary) // a leftover could have another mode
    try {
      await writeNew(temporary, bytes, mode)
      await rename(temporary, path)
    } catch (error) {
      await unlinkIfThere(temporary)
      throw error
    }
    await syncFolder(dirname(path))
  })
}

/** The bytes of a file, or `undefined` when there is none. */
export async function readFileOrUndefined(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (isMissing(error)) return undefined
    return asStore(() => Promise.reject(error))
  }
}

/** Makes what was created, renamed or removed in `folder` durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes `folder` (only its owner may look into it) and those above it, durably. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first !== undefined) await syncFolder(dirname(first))
}

/** Creates a file that must not exist, with `bytes` in it, durably (its name excepted: see `syncFolder`). */
export async function writeNew(path: string, bytes: Uint8Array | string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

export async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
