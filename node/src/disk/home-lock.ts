import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { HomeStores, StoresOptions } from '@holdfast/core/ports/home-place'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { makeFolder, readFileOrUndefined, writeFileDurably } from './atomic-file.ts'
import { openBlobStore } from './blob-files.ts'
import { asStore } from './errors.ts'
import { openLevelKv } from './level-kv.ts'

/**
 * Opens both stores of a home, below `HOME/store`. LevelDB's lock is the lock of the home: an advisory one that the
 * system takes back when the process dies, however it dies. (Like every such lock it is lost when the holder itself
 * opens and closes the file `store/rows/LOCK`: who reads through a home leaves that out.)
 * Throws IN_USE (naming the process), HOME_DAMAGED, STORE_FULL, STORE_READ_ONLY, STORE_FAILED.
 */
export async function openHomeStores(home: string, options: StoresOptions = {}): Promise<HomeStores> {
  const folder = join(home, 'store')
  await asStore(() => makeFolder(folder))
  const mark = join(folder, 'salvaging')
  const begun = (await readFileOrUndefined(mark)) !== undefined
  if (begun && options.salvage !== true) throw new HoldfastError('HOME_DAMAGED')
  const salvage = { salvage: { begin: () => writeFileDurably(mark, '') } }
  const kv = await openLevelKv(join(folder, 'rows'), options.salvage === true ? salvage : {}).catch(
    async (error: unknown) => {
      throw isHoldfastError(error, 'IN_USE') ? await inUse(home, error) : error
    }
  )
  try {
    await asStore(() => writeFile(holderPath(home), String(process.pid), { mode: 0o600 }))
    const blobs = await openBlobStore(join(folder, 'blobs'), kv)
    const isSalvaged = (await readFileOrUndefined(mark)) !== undefined
    const salvaged = isSalvaged ? () => asStore(() => rm(mark, { force: true })) : undefined
    return { kv, blobs, salvaged, close: once(() => closeAll(home, kv, blobs)) }
  } catch (error) {
    await kv.close()
    throw isHoldfastError(error, 'MALFORMED') ? new HoldfastError('HOME_DAMAGED', undefined, { cause: error }) : error
  }
}

/** The process that holds the home, or held it last when nobody does now. */
export async function homeHolder(home: string): Promise<number | undefined> {
  const bytes = await readFileOrUndefined(holderPath(home))
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString('latin1')
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : undefined
}

async function inUse(home: string, cause: unknown): Promise<HoldfastError> {
  const holder = await homeHolder(home).catch(() => undefined)
  const detail = holder === undefined ? undefined : `Process ${holder} has this home open.`
  return new HoldfastError('IN_USE', detail, { cause })
}

async function closeAll(home: string, kv: KvStore, blobs: BlobStore): Promise<void> {
  try {
    await blobs.close()
  } finally {
    await asStore(() => rm(holderPath(home), { force: true })).catch(() => {}) // only tells who; not worth failing
    await kv.close()
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => (done ??= work())
}

function holderPath(home: string): string {
  return join(home, 'store', 'holder')
}
