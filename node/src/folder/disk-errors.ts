import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { FileContent } from '@holdfast/core/index/records'
import { leadsOutside } from '@holdfast/core/operations/links'
import type { Vault } from '@holdfast/core/vault/vault'
import { storeError } from '../disk/errors.ts'

/** A link that leads out of the folder is kept in the vault and never made on a disk. Throws OUTSIDE_TARGET. */
export async function assertStaysInside(vault: Vault, content: FileContent, path: string): Promise<void> {
  const pieces: Uint8Array[] = []
  for await (const piece of vault.read(content)) pieces.push(piece.slice())
  if (leadsOutside(path.split('/'), Buffer.concat(pieces).toString('utf8'))) throw new HoldfastError('OUTSIDE_TARGET')
}

/** Why something could not be done on this disk. */
export function codeOf(error: unknown): ErrorCode {
  if (isHoldfastError(error)) return error.code
  return NAMED.get(String((error as NodeJS.ErrnoException).code)) ?? storeError(error).code
}

const NAMED = new Map<string, ErrorCode>([
  ['ENAMETOOLONG', 'NAME_NOT_ALLOWED'],
  ['EINVAL', 'NAME_NOT_ALLOWED'],
  ['EILSEQ', 'NAME_NOT_ALLOWED'],
  ['ENOTEMPTY', 'EXISTS'],
  ['EEXIST', 'EXISTS']
])
