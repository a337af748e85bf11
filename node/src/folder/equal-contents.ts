import { isHoldfastError } from '@holdfast/core/base/errors'
import type { FileId } from '@holdfast/core/base/ids'
import type { Intent } from '@holdfast/core/index/edits'
import type { Conflict } from '@holdfast/core/index/read-model'
import type { FileContent } from '@holdfast/core/index/records'
import { settleEqual } from '@holdfast/core/index/settle'
import type { Vault } from '@holdfast/core/vault/vault'
import { isForLater } from './same-content.ts'

/** Two operations each, of which an entry takes many more. */
const TWINS_PER_ENTRY = 500

export interface EqualContext {
  readonly vault: Vault
  readonly signal: AbortSignal
  /** Whether all bytes of a content lie on this device. */
  isHere(content: FileContent): boolean
}

/** Two contents of one file, the one that is shown first before the copy. */
interface Twins {
  readonly first: FileContent
  readonly copy: FileContent
  readonly shownAs: FileId
}

/**
 * Conflicts that are none: what two devices wrote without knowing of each other and is the same, byte for byte. Whoever has both settles
 * it before a copy is written to the disk; time and executable bit are those of the content that is shown first. What is not here is waited for.
 */
export class EqualContents {
  /** What was read and compared, of what is in conflict still: nothing is read twice. */
  #isEqual = new Map<string, boolean>()

  async settle(c: EqualContext): Promise<void> {
    const before = this.#isEqual
    this.#isEqual = new Map()
    const settled: Twins[] = []
    for (const conflict of c.vault.index.tree.conflicts()) {
      const seen = new Set<FileContent>()
      for (const twins of twinsIn(conflict)) {
        const name = `${twins.first.object} ${twins.copy.object}`
        const isEqual = seen.has(twins.copy) ? undefined : (before.get(name) ?? (await compare(c, twins)))
        if (isEqual === undefined) continue
        this.#isEqual.set(name, isEqual)
        if (isEqual) {
          settled.push(twins)
          seen.add(twins.copy)
        }
      }
    }
    await write(c.vault, settled)
  }
}

/** Of a size and kind, as far as can be told without reading. */
function twinsIn({ winner, losers }: Conflict): Twins[] {
  const contents = [...(winner === undefined ? [] : [winner]), ...losers.map(({ content }) => content)]
  return losers.flatMap(({ content: copy, shownAs }) =>
    contents
      .slice(0, contents.indexOf(copy))
      .filter(({ kind, size }) => size === copy.size && (kind === 'link') === (copy.kind === 'link'))
      .map((first) => ({ first, copy, shownAs }))
  )
}

/** Undefined: it cannot be told yet. */
async function compare({ vault, signal, isHere }: EqualContext, { first, copy }: Twins): Promise<boolean | undefined> {
  if (!isHere(first) || !isHere(copy)) return undefined
  try {
    return await isEqualStream(vault.read(first, undefined, { signal }), vault.read(copy, undefined, { signal }))
  } catch (error) {
    if (!isHoldfastError(error) || error.code === 'ABORTED') throw error
    return isForLater(error) ? undefined : false
  }
}

async function write(vault: Vault, settled: readonly Twins[]): Promise<void> {
  const intentsOf = ({ first, copy, shownAs }: Twins): Intent[] =>
    settleEqual(vault.index.tree, shownAs, copy.object, first.object)
  try {
    for (let at = 0; at < settled.length; at += TWINS_PER_ENTRY)
      await vault.edit(() => settled.slice(at, at + TWINS_PER_ENTRY).flatMap(intentsOf))
  } catch (error) {
    if (!isHoldfastError(error)) throw error // who may not write shows the conflict until somebody else has settled it
  }
}

async function isEqualStream(one: AsyncIterable<Uint8Array>, other: AsyncGenerator<Uint8Array>): Promise<boolean> {
  let left: Uint8Array = new Uint8Array()
  try {
    for await (const piece of one) {
      for (let rest = Buffer.from(piece); rest.length > 0; ) {
        if (left.length === 0) {
          const next = await other.next()
          if (next.done === true) return false
          left = next.value.slice()
        }
        const length = Math.min(left.length, rest.length)
        if (!rest.subarray(0, length).equals(left.subarray(0, length))) return false
        left = left.subarray(length)
        rest = rest.subarray(length)
      }
    }
    return left.length === 0 && (await other.next()).done === true
  } finally {
    await other.return(undefined)
  }
}
