import { lstat, stat } from 'node:fs/promises'

/** Whether a folder of this machine stands there (also behind a link that the user named). */
export async function ifFolder(path: string): Promise<boolean> {
  const own = await lstat(path).catch(() => undefined)
  if (own?.isSymbolicLink() !== true) return own?.isDirectory() === true
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}
