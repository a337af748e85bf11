import { crc32, deflateSync } from 'node:zlib'

export type Pixel = (x: number, y: number) => readonly [red: number, green: number, blue: number]

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const EIGHT_BIT_RGB = [8, 2, 0, 0, 0]

/** A picture as a PNG file (ISO/IEC 15948): signature, header, one block of filtered lines, end. */
export function png(width: number, height: number, pixel: Pixel): Buffer {
  const lines = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0, at = 0; y < height; y++) {
    lines[at++] = 0 // no filter
    for (let x = 0; x < width; x++) for (const value of pixel(x, y)) lines[at++] = Math.max(0, Math.min(255, value))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set(EIGHT_BIT_RGB, 8)
  return Buffer.concat([
    SIGNATURE,
    block('IHDR', header),
    block('IDAT', deflateSync(lines)),
    block('IEND', Buffer.alloc(0))
  ])
}

function block(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(named, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}
