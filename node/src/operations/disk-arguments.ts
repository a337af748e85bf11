import { isAbsolute, normalize } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Arguments } from '@holdfast/core/operations/arguments'

/** A path of this machine: absolute, because the process that reads it may stand elsewhere. Throws USAGE. */
export function diskPath(args: Arguments, name: string): string {
  return absolute(args.text(name))
}

export function diskPaths(args: Arguments, name: string): string[] {
  return args.texts(name).map(absolute)
}

function absolute(path: string): string {
  if (!isAbsolute(path) || path.includes('\0')) throw new HoldfastError('USAGE', 'a path of this machine is absolute')
  return normalize(path)
}
