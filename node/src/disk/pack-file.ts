import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import { asStore, isMissing } from './errors.ts'
import { syncFolder, unlinkIfThere } from './atomic-file.ts'

/** Files held open at once: well below the 256 that macOS allows a process. */
const OPEN_FILES = 64

/** A stretch of bytes in a numbered pack file. */
export interface Stretch {
  readonly pack: number
  readonly offset: number
  readonly length: number
}

/** Numbered plain files in one folder, with positioned reads and writes and few open handles. Knows nothing of blobs. */
export class PackFiles {
  readonly #folder: string
  /** In the order of last use. */
  readonly #handles = new Map<number, Promise<FileHandle>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the file, empty; what stood there before is gone. Durable when it resolves. */
  async create(pack: number): Promise<void> {
    await asStore(async () => {
      const file = await open(this.#path(pack), 'w', 0o600)
      await file.close()
      await syncFolder(this.#folder)
    })
  }

  /** Writes the parts one after another and makes them durable. */
  async append(pack: number, offset: number, parts: readonly Uint8Array[]): Promise<void> {
    await asStore(async () => {
      const file = await this.#handle(pack)
      await writeAll(file, offset, parts)
      await file.datasync()
    })
  }

  /** The bytes, fewer when the file is too short or missing. */
  async read(at: Stretch): Promise<Uint8Array> {
    return asStore(async () => {
      const file = await this.#handle(at.pack).catch(missing)
      if (file === undefined) return new Uint8Array()
      const bytes = new Uint8Array(at.length)
      let done = 0
      while (done < at.length) {
        const { bytesRead } = await file.read(bytes, done, at.length - done, at.offset + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return bytes.subarray(0, done)
    })
  }

  /** Overwrites the stretches with zeros, durably. One whose file is gone or ends before it needs nothing. */
  async erase(stretches: readonly Stretch[]): Promise<void> {
    await asStore(async () => {
      for (const [pack, at] of byPack(stretches)) {
        const file = await this.#handle(pack).catch(missing)
        if (file === undefined) continue
        const { size } = await file.stat()
        for (const { offset, length } of at) {
          const end = Math.min(offset + length, size)
          for (let from = offset; from < end; from += ZEROS.length)
            await writeAll(file, from, [ZEROS.subarray(0, end - from)])
        }
        await file.datasync()
      }
    })
  }

  /** Cuts off what lies behind `length`, durably. False when there is no such file. */
  async truncate(pack: number, length: number): Promise<boolean> {
    return asStore(async () => {
      const file = await this.#handle(pack).catch(missing)
      if (file === undefined) return false
      if ((await file.stat()).size > length) {
        await file.truncate(length)
        await file.datasync()
      }
      return true
    })
  }

  async remove(pack: number): Promise<void> {
    await asStore(async () => {
      const handle = this.#handles.get(pack)
      this.#handles.delete(pack)
      await unlinkIfThere(this.#path(pack))
      await (await handle)?.close()
    })
  }

  async close(): Promise<void> {
    const handles = [...this.#handles.values()]
    this.#handles.clear()
    await asStore(async () => void (await Promise.all(handles.map(async (handle) => (await handle).close()))))
  }

  #handle(pack: number): Promise<FileHandle> {
    const handle = this.#handles.get(pack) ?? open(this.#path(pack), 'r+')
    this.#handles.delete(pack)
    this.#handles.set(pack, handle)
    handle.catch(() => this.#handles.delete(pack))
    if (this.#handles.size > OPEN_FILES) void this.#closeOldest()
    return handle
  }

  /** Closing waits for what is under way on the handle. */
  async #closeOldest(): Promise<void> {
    for (const [pack, handle] of this.#handles) {
      this.#handles.delete(pack)
      await handle.then((file) => file.close()).catch(() => {})
      return
    }
  }

  #path(pack: number): string {
    return join(this.#folder, packName(pack))
  }
}

export function packName(pack: number): string {
  return `${pack.toString(16).padStart(8, '0')}.pack`
}

async function writeAll(file: FileHandle, offset: number, parts: readonly Uint8Array[]): Promise<void> {
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  if (total === 0) return
  const { bytesWritten } = await file.writev([...parts], offset)
  if (bytesWritten === total) return
  // A short write: the rest in one piece, which either is taken or says why not.
  const rest = Buffer.concat(parts).subarray(bytesWritten)
  if (bytesWritten === 0) throw new HoldfastError('STORE_FAILED', 'the disk took no bytes')
  await writeAll(file, offset + bytesWritten, [rest])
}

const ZEROS = new Uint8Array(1 << 20)

function byPack(stretches: readonly Stretch[]): Map<number, Stretch[]> {
  const packs = new Map<number, Stretch[]>()
  for (const stretch of stretches) {
    const same = packs.get(stretch.pack)
    if (same === undefined) packs.set(stretch.pack, [stretch])
    else same.push(stretch)
  }
  return packs
}

function missing(error: unknown): undefined {
  if (!isMissing(error)) throw error
  return undefined
}
