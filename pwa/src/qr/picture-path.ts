import { encode } from 'uqr'

/** A QR code as one path on a grid of `size` by `size`, the quiet zone around it included. */
export interface QrPath {
  readonly size: number
  readonly path: string
}

/** White modules that readers need around the code. */
const QUIET = 4

/** Undefined: the text is longer than any code holds. */
export function qrPath(text: string): QrPath | undefined {
  const rows = matrixOf(text)
  return rows && { size: rows.length, path: rows.map(rowPath).join('') }
}

/** Rows of modules, true for black. */
export function matrixOf(text: string): readonly (readonly boolean[])[] | undefined {
  try {
    return encode(text, { ecc: 'L', boostEcc: true, border: QUIET }).data
  } catch {
    return undefined
  }
}

/** Neighbours as one rectangle: fine lines between them would show at odd sizes. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; x++) {
    if (row[x] !== true) continue
    const start = x
    while (row[x + 1] === true) x++
    path += `M${start} ${y}h${x + 1 - start}v1H${start}z`
  }
  return path
}
