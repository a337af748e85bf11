/**
 * A ZIP archive (APPNOTE.TXT 6.3) of files as they are, not packed: pictures and films are packed already, and every system opens it.
 * Nothing of ZIP64: whoever fills it starts another one before the bounds below.
 */
export class Zip {
  readonly #mostBytes: number
  readonly #bodies: Blob[] = []
  readonly #directory: Uint8Array<ArrayBuffer>[] = []
  #bytes = 0
  #directoryBytes = 0

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes
  }

  get files(): number {
    return this.#directory.length
  }

  /** Whether a file of so many bytes may still come. */
  hasRoom(path: string, bytes: number): boolean {
    return (
      this.files < MOST_FILES && this.#bytes + bytes + this.#directoryBytes + 4 * path.length + SLACK <= this.#mostBytes
    )
  }

  /** `path` without a leading slash; it ends with one for a folder. `crc`: of `content`. */
  add(path: string, content: Blob, crc: number, modifiedMs: number | undefined): void {
    const name = new TextEncoder().encode(path)
    const common = commonFields(name, content.size, crc, modifiedMs)
    const local = concat([u32(LOCAL), common, name])
    this.#directory.push(concat([u32(CENTRAL), u16(VERSION), common, central(path, this.#bytes), name]))
    this.#directoryBytes += this.#directory.at(-1)!.length
    this.#bodies.push(new Blob([local]), content)
    this.#bytes += local.length + content.size
  }

  finish(): Blob {
    const count = u16(this.files)
    const sizes = concat([u32(this.#directoryBytes), u32(this.#bytes)])
    const end = concat([u32(END), u16(0), u16(0), count, count, sizes, u16(0)])
    return new Blob([...this.#bodies, ...this.#directory, end], { type: 'application/zip' })
  }
}

/** One archive is at most so large: a browser keeps it whole until it is saved, and old programs stop at 2 GiB. */
const MOST_BYTES = 1024 ** 3
/** 65,535 by the format. */
const MOST_FILES = 60_000
/** Headers of one more file. */
const SLACK = 512

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const VERSION = 20
/** The name is UTF-8. */
const FLAGS = 0x0800
const FOLDER = 0x10

/** What local header and directory have in common, from the version that is needed to the length of the extra field. */
function commonFields(name: Uint8Array, size: number, crc: number, modifiedMs: number | undefined) {
  const { time, date } = dosTime(modifiedMs)
  return concat([
    u16(VERSION),
    u16(FLAGS),
    u16(0), // stored
    u16(time),
    u16(date),
    u32(crc),
    u32(size),
    u32(size),
    u16(name.length),
    u16(0)
  ])
}

/** Comment, disk, attributes, and where the file begins. */
function central(path: string, offset: number): Uint8Array<ArrayBuffer> {
  return concat([u16(0), u16(0), u16(0), u32(path.endsWith('/') ? FOLDER : 0), u32(offset)])
}

/** In the time of this place, as the format has it; it knows nothing before 1980. */
function dosTime(ms: number | undefined): { time: number; date: number } {
  const at = new Date(ms ?? 0)
  const year = at.getFullYear()
  if (!(year >= 1980 && year <= 2107)) return { time: 0, date: (1 << 5) | 1 }
  return {
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate()
  }
}

/** CRC-32 (ISO 3309) so far, of further bytes; 0 to begin with. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff)
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff)
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
