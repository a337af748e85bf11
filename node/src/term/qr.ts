/** A QR code of `text` in half blocks, dark on light as cameras want it; undefined when it would not fit the window. */
export async function qrText(
  text: string,
  { columns = 80, rows = 24 }: { columns?: number; rows?: number } = {}
): Promise<string | undefined> {
  const { renderUnicodeCompact } = await import('uqr')
  const code = renderUnicodeCompact(text, { border: 2 })
  const lines = code.split('\n')
  return lines.length <= rows && lines[0]!.length <= columns ? code : undefined
}
