import type { TreeFile } from './tree.ts'

/** Something that must not be readable anywhere on a relay's disk. At least 12 bytes. */
export interface Needle {
  readonly kind: 'name' | 'content'
  readonly bytes: Buffer
  /** Whose it is, for people. */
  readonly of: string
}

/** Shorter names occur by chance, or in other words. */
const NAME_BYTES = 12
const PIECE_BYTES = 32
const CONTENT_BYTES = 64
/** A piece with fewer different bytes (zeros, a line of dashes) is found anywhere. */
const DIFFERENT_BYTES = 7

/** The names of 12 bytes and more, each once, and of each file of 64 bytes and more one telling piece. */
export async function needlesOf(files: Iterable<TreeFile>): Promise<Needle[]> {
  const names = new Set<string>()
  const needles: Needle[] = []
  for (const file of files) {
    for (const name of file.path.split('/')) if (Buffer.byteLength(name) >= NAME_BYTES) names.add(name)
    const piece = file.kind === 'file' && file.sizeBytes >= CONTENT_BYTES ? pieceOf(await file.read()) : undefined
    if (piece !== undefined) needles.push({ kind: 'content', bytes: piece, of: file.path })
  }
  return [...needles, ...[...names].map((name) => ({ kind: 'name' as const, bytes: Buffer.from(name), of: name }))]
}

/** 32 bytes with more than 6 different ones, from the middle on, else from the front; undefined when there are none. */
function pieceOf(content: Buffer): Buffer | undefined {
  const middle = content.length >> 1
  return firstPiece(content, middle, content.length) ?? firstPiece(content, 0, middle + PIECE_BYTES)
}

function firstPiece(content: Buffer, from: number, to: number): Buffer | undefined {
  for (let at = from; at + PIECE_BYTES <= Math.min(to, content.length); at++) {
    const piece = content.subarray(at, at + PIECE_BYTES)
    if (new Set(piece).size >= DIFFERENT_BYTES) return Buffer.from(piece)
  }
  return undefined
}
