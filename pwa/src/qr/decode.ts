import jsqr from 'jsqr'

/** The text of a QR code in a picture of RGBA pixels, or undefined. */
export function decodeQr(pixels: Uint8ClampedArray, width: number, height: number): string | undefined {
  // Its declarations are those of an ES module that it is not: the function stands there under both names.
  return jsqr.default(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data
}
