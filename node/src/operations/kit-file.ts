import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { kitFromText, NO_KIT } from '@holdfast/core/operations/kit-text'
import { encodeRecoveryKit, type RecoveryKit } from '@holdfast/core/vault/recovery-kit'
import { isMissing, storeError } from '../disk/errors.ts'
import { syncFolder, unlinkIfThere, writeFileDurably, writeNew } from '../disk/atomic-file.ts'

/** The recovery kit as a file of its owner. Whoever reads it can read everything, so it is 0600. */

export interface NewKitFile {
  write(kit: RecoveryKit): Promise<void>
  /** Takes the empty file away again: there is nothing to keep. */
  drop(): Promise<void>
}

/** A place for a kit, taken before there is one: what cannot be written must be known before words are shown. Throws EXISTS. */
export async function newKitFile(path: string): Promise<NewKitFile> {
  await writeNew(path, '', 0o600).catch((cause: unknown) => {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    if (isThere) throw new HoldfastError('EXISTS', `${path} is there already.`, { cause })
    throw new HoldfastError(storeError(cause).code, `The recovery kit cannot be written to ${path}.`, { cause })
  })
  return {
    write: (kit) => writeFileDurably(path, encodeRecoveryKit(kit)),
    async drop() {
      await unlinkIfThere(path)
      await syncFolder(dirname(path))
    }
  }
}

/** Throws NOT_FOUND, FILE_UNREADABLE, BAD_WORDS, UNSUPPORTED_VERSION. */
export async function readKitFile(path: string): Promise<RecoveryKit> {
  return kitFromText(await readKitText(path))
}

/** A file with words or a kit in it. Throws NOT_FOUND, FILE_UNREADABLE, BAD_WORDS. */
export async function readKitText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MOST_BYTES) throw new HoldfastError('BAD_WORDS', NO_KIT)
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isHoldfastError(cause)) throw cause
    const code = isMissing(cause) ? 'NOT_FOUND' : 'FILE_UNREADABLE'
    throw new HoldfastError(code, `The file ${path} cannot be read.`, { cause })
  }
}

/** Replaces a kit as a whole; behind a link, what the link leads to. */
export async function replaceKitFile(path: string, kit: RecoveryKit): Promise<void> {
  await writeFileDurably(await realpath(path), encodeRecoveryKit(kit))
}

const MOST_BYTES = 64 * 1024
