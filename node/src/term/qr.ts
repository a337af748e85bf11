/** A QR code of `text` in half blocks, dark on light as cameras want it. */
export async function qrText(text: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  return renderUnicodeCompact(text, { border: 2 })
}
