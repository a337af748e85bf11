import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { FileContent } from '@holdfast/core/index/records'
import type { Vault } from '@holdfast/core/vault/vault'
import { readStamped } from '../seal-pool/stamped-file.ts'
import type { FileStamp } from '../seal-pool/messages.ts'
import type { DiskRoot } from './disk-root.ts'
import { splitPath } from './trees.ts'
import type { DiskEntry } from './trees.ts'

/** The text of a link. Throws what the system throws. */
export function linkText(root: DiskRoot, path: string): string {
  const { parent, name } = splitPath(path)
  return readlinkSync(root.at(parent, name), { encoding: 'buffer' }).toString('utf8')
}

/** For reading exactly the file that was looked at. */
export function fileToRead(
  root: DiskRoot,
  { path, stamp }: DiskEntry,
  device: bigint
): { path: Uint8Array; stamp: FileStamp } {
  const { size, mtimeNs, inode } = stamp
  return { path: Buffer.from(join(root.path, path)), stamp: { sizeBytes: Number(size), mtimeNs, inode, device } }
}

/** Whether a file or link on the disk holds what the vault says. Throws FILE_CHANGED, FILE_UNREADABLE, and NOT_HERE where it cannot be told. */
export async function isSameContent(
  root: DiskRoot,
  entry: DiskEntry,
  device: bigint,
  vault: Vault,
  content: FileContent,
  signal?: AbortSignal
): Promise<boolean> {
  if ((content.kind === 'link') !== (entry.kind === 'link')) return false
  if (entry.kind === 'file' && BigInt(content.size) !== entry.stamp.size) return false
  const there = vault.read(content, undefined, signal === undefined ? {} : { signal })
  if (entry.kind === 'link') {
    const pieces: Uint8Array[] = []
    for await (const piece of there) pieces.push(piece.slice())
    return Buffer.concat(pieces).toString('utf8') === linkText(root, entry.path)
  }
  const { path, stamp } = fileToRead(root, entry, device)
  return isEqual(readStamped(path, stamp), there)
}

async function isEqual(disk: Generator<Uint8Array>, there: AsyncIterable<Uint8Array>): Promise<boolean> {
  let left: Buffer = Buffer.alloc(0)
  try {
    for await (const piece of there) {
      let rest: Buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
      while (rest.length > 0) {
        if (left.length === 0) {
          const next = disk.next()
          if (next.done === true) return false
          left = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length)
        }
        const length = Math.min(left.length, rest.length)
        if (!left.subarray(0, length).equals(rest.subarray(0, length))) return false
        left = left.subarray(length)
        rest = rest.subarray(length)
      }
    }
    return left.length === 0 && disk.next().done === true
  } finally {
    disk.return(undefined)
  }
}

/** Whether an error says only that it has to be tried again later. */
export function isForLater(error: unknown): boolean {
  return ['FILE_CHANGED', 'NOT_HERE', 'NO_PEER', 'UNKNOWN_EPOCH', 'WRITES_HELD', 'TIMEOUT', 'DISCONNECTED'].some(
    (code) => isHoldfastError(error, code as 'NOT_HERE')
  )
}
