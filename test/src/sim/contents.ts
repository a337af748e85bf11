import { toHex } from '@holdfast/core/base/bytes'
import type { Index } from '@holdfast/core/index/index'
import type { FileContent } from '@holdfast/core/index/records'
import { blake3 } from '@holdfast/core/proof/blake3'
import type { DeviceRun } from './device-run.ts'

/** Every content that a person can get at: living, kept, in conflict, or of something that was removed. */
export function contentsOf({ tree }: Index): FileContent[] {
  const found = new Map<string, FileContent>()
  for (const { node } of tree.walk(null)) {
    const { current, losers, kept } = tree.versions(node.id)
    const own = node.content === undefined || node.content.kind === 'folder' ? [] : [node.content]
    for (const content of [...own, ...(current === undefined ? [] : [current]), ...losers, ...kept])
      found.set(content.object, content)
  }
  for (const { versions } of tree.deleted()) for (const content of versions) found.set(content.object, content)
  return [...found.values()]
}

/** Hash of the content as a reader gets it. Throws what reading throws. */
export async function readHash(run: DeviceRun, content: FileContent): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of run.vault.read(content)) parts.push(part.slice())
  return hashOf(run.host.machine.world.wiring.reads(Buffer.concat(parts)))
}

export function hashOf(bytes: Uint8Array): string {
  return toHex(blake3(bytes))
}
