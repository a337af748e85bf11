import type { BigIntStats } from 'node:fs'
import { constants, existsSync } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'

/** Which folder it is, whatever it is called: text says nothing where disks know no difference of case. */
export type Identity = Pick<BigIntStats, 'dev' | 'ino'>

export function isSame(one: Identity, other: Identity | undefined): boolean {
  return other !== undefined && one.ino === other.ino && one.dev === other.dev
}

export interface HeldFolder {
  readonly identity: Identity
  /** The path of something in it: of this very folder while it is held, even when another one stands at its place (Linux). */
  at(name: string): string
  close(): Promise<void>
}

/** Throws what the system throws; on Linux ELOOP or ENOTDIR for a link. */
export async function hold(path: string): Promise<HeldFolder> {
  if (!HOLDS)
    return {
      identity: await lstat(path, { bigint: true }),
      at: (name) => join(path, name),
      close: async () => undefined
    }
  const handle = await open(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  const identity = await handle.stat({ bigint: true })
  return { identity, at: (name) => `${HANDLES}/${handle.fd}/${name}`, close: () => handle.close() }
}

const HANDLES = '/proc/self/fd'
const HOLDS = process.platform === 'linux' && existsSync(HANDLES)
/** A handle to name things by: needs no right to list the folder. Node does not export it. */
const O_PATH = 0o10000000
