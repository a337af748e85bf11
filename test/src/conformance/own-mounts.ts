import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The words that run a command where it may mount: as root, or as root of a user namespace of its own. What it mounts goes with it. */
export async function ownMounts(folder: string): Promise<string[] | undefined> {
  for (const words of [
    ['unshare', '-m'],
    ['unshare', '-Urm']
  ]) {
    const [command, ...args] = [...words, 'sh', '-c', mount(1), folder]
    const works = await promisify(execFile)(command!, args).then(
      () => true,
      () => false
    )
    if (works) return words
  }
  return undefined
}

/** The words that run a command where `folder` is a disk of so many megabytes. */
export function smallDisk(namespace: readonly string[], folder: string, megabytes: number): string[] {
  return [...namespace, 'sh', '-c', `${mount(megabytes)} && exec "$@"`, folder]
}

function mount(megabytes: number): string {
  return `mount -t tmpfs -o size=${megabytes}m,mode=0700 tmpfs "$0"`
}
