import { createCipheriv, createHash } from 'node:crypto'
import type { Cipher } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const KiB = 1024
const MiB = 1024 * KiB

/** Files that are made anew for each run, the same ones on every machine. */
export interface Corpus {
  readonly name: string
  readonly files: number
  readonly bytes: number
  /** Makes them in `folder`, which must not exist. */
  make(folder: string): void
}

/** One large file. */
export function largeFile(mebibytes: number): Corpus {
  return {
    name: `one file of ${mebibytes} MiB`,
    files: 1,
    bytes: mebibytes * MiB,
    make(folder) {
      mkdirSync(folder, { recursive: true })
      const next = keystream('large')
      const file = openSync(join(folder, 'large.bin'), 'wx')
      for (let i = 0; i < mebibytes; i++) writeSync(file, next(MiB))
      closeSync(file)
    }
  }
}

/** Many files of one size, a hundred to a folder, ten folders to one above them. */
export function manyFiles(count: number, sizeKiB: number): Corpus {
  return {
    name: `${count.toLocaleString('en')} files of ${sizeKiB >= 1024 ? `${sizeKiB / 1024} MiB` : `${sizeKiB} KiB`}`,
    files: count,
    bytes: count * sizeKiB * KiB,
    make(folder) {
      const next = keystream(`many ${sizeKiB}`)
      writeAll(folder, count, (i) => ({ path: spread(i, 'bin'), bytes: next(sizeKiB * KiB) }))
    }
  }
}

/**
 * Text like a tree of sources: a hundred different sizes from 100 bytes to 160 KiB, most of them small, words that come again
 * and again, and every tenth file a copy of another.
 */
export function sources(count: number): Corpus {
  const sizes = Array.from({ length: count }, (_, i) => sourceBytes(i))
  return {
    name: `${count.toLocaleString('en')} files of a source tree`,
    files: count,
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    make(folder) {
      const next = keystream('sources')
      const words = Array.from({ length: 2048 }, (_, i) => `${(i * 2654435761).toString(36).slice(0, 2 + (i % 9))} `)
      const made: Uint8Array[] = []
      writeAll(folder, count, (i) => {
        const bytes = i % 10 === 9 ? made[i - 9]! : textOf(words, next(2 * sizes[i]!), sizes[i]!)
        made.push(bytes)
        return { path: spread(i, 'ts'), bytes }
      })
    }
  }
}

/** An AES-256-CTR keystream: nothing in it can be compressed, and no two pieces are alike. */
function keystream(name: string): (bytes: number) => Uint8Array {
  const key = createHash('sha256').update(`holdfast bench: ${name}`).digest()
  const cipher: Cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return (bytes) => cipher.update(Buffer.alloc(bytes))
}

function spread(i: number, ending: string): string {
  const folder = Math.floor(i / 100)
  return join(`t${Math.floor(folder / 10)}`, `d${folder % 10}`, `f${String(i % 100).padStart(2, '0')}.${ending}`)
}

function writeAll(folder: string, count: number, file: (i: number) => { path: string; bytes: Uint8Array }): void {
  let made = ''
  for (let i = 0; i < count; i++) {
    const { path, bytes } = file(i)
    const parent = dirname(join(folder, path))
    if (parent !== made) mkdirSync(parent, { recursive: true })
    made = parent
    writeFileSync(join(folder, path), bytes)
  }
}

function sourceBytes(i: number): number {
  const copyOf = i % 10 === 9 ? i - 9 : i
  return Math.round(100 * 1600 ** ((((copyOf * 37) % 100) / 100) ** 1.5))
}

function textOf(words: readonly string[], noise: Uint8Array, bytes: number): Uint8Array {
  let text = ''
  for (let i = 0; text.length < bytes; i += 2)
    text += i % 24 === 22 ? '\n' : words[((noise[i]! << 8) | noise[i + 1]!) % words.length]!
  return Buffer.from(text.slice(0, bytes))
}
