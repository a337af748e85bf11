import type { ObjectId } from '@holdfast/core/base/ids'
import type { Engine } from '@holdfast/core/engine/engine'
import type { FileContent } from '@holdfast/core/index/records'
import { blobsOf } from '@holdfast/core/sync/blobs/blob-view'
import type { ClearFile } from '@holdfast/core/vault/remake'
import type { Vault } from '@holdfast/core/vault/vault'
import type { BaseRows } from './base-rows.ts'
import type { DiskRoot } from './disk-root.ts'
import type { DiskView } from './disk-view.ts'
import type { FolderRecord } from './folder-list.ts'
import { rangeOrNothing } from './read-range.ts'
import { isSameStamp } from './trees.ts'
import type { BaseRow } from './trees.ts'

export interface ClearFolderOptions {
  readonly engine: Engine
  readonly record: FolderRecord
  rows(): Promise<BaseRows>
  /** Undefined before anybody has looked. */
  disk(): DiskView | undefined
  /** Throws when it is not there, or another. */
  open(): DiskRoot
}

/** One folder as the place where contents stand in the clear: what lies there, and what is to be had from there. */
export class ClearFolder {
  readonly vault: FolderRecord['vault']
  readonly #o: ClearFolderOptions

  constructor(options: ClearFolderOptions) {
    this.#o = options
    this.vault = options.record.vault
  }

  /**
   * Objects whose content is in a file that was not written since it was last in step, by the last look at the disk; `isSeen` false: all
   * that were in step, and nobody has looked since the start.
   */
  async standing(): Promise<{ readonly objects: ReadonlySet<ObjectId>; readonly isSeen: boolean }> {
    const objects = new Set<ObjectId>()
    const vault = this.#o.engine.vaultOf(this.vault)
    const disk = this.#o.disk()
    const { rows } = await this.#o.rows()
    for (const row of rows.values()) {
      if (row.kind !== 'file' || row.object === undefined) continue
      if (vault !== undefined && disk !== undefined) {
        if (contentOf(vault, row) === undefined) continue
        const entry = disk.entries.get(rows.pathOf(row))
        if (entry?.kind !== 'file' || !isSameStamp(entry.stamp, row.stamp)) continue
      }
      objects.add(row.object)
    }
    return { objects, isSeen: vault !== undefined && disk !== undefined }
  }

  /** The file that held this content when it was last in step; what is read of it is of that file or nothing. */
  async file(object: ObjectId): Promise<ClearFile | undefined> {
    const base = await this.#o.rows()
    const row = base.rowOf(object)
    const vault = this.#o.engine.vaultOf(this.vault)
    const content = row && vault && contentOf(vault, row)
    if (row?.kind !== 'file' || content === undefined) return undefined
    const path = base.rows.pathOf(row)
    return {
      content,
      read: (start, end) => {
        let root: DiskRoot | undefined
        try {
          root = this.#o.open()
          return rangeOrNothing(root, path, row.stamp, { start, end })
        } catch {
          return undefined // a folder that is not there
        } finally {
          root?.close()
        }
      }
    }
  }
}

/** What was let go because a relay has it, and a folder needs again, is to come. */
export async function bring({ home, exchange }: Engine, { id, replica }: Vault, content: FileContent): Promise<void> {
  const record = replica.log.pins().recordOf(content.object)
  if (record === undefined) return
  const missing = new Set(exchange.wanted.missingOf(record.hash).filter((blob) => home.blobs.left().has(blob)))
  if (missing.size === 0) return
  await home.blobs.forget([...missing])
  exchange.fetcher.want(
    id,
    blobsOf(record).filter((blob) => missing.has(blob.id))
  )
}

/** Of the very object that was last in step: what the vault says by now may be another. */
function contentOf(vault: Vault, { id, object }: BaseRow): FileContent | undefined {
  const content = vault.index.tree.node(id)?.content
  if (content === undefined || content.kind === 'folder' || content.kind === 'link') return undefined
  return content.object === object ? content : undefined
}
