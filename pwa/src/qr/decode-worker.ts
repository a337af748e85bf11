import { decodeQr } from './decode.ts'
import type { Frame, Reading } from './scan-frames.ts'

// Reads one picture after another; it takes some 30 ms each, which the page would feel.
addEventListener('message', ({ data }: MessageEvent<Frame>) => {
  const { pixels, width, height } = data
  const reading: Reading = { pixels, text: decodeQr(new Uint8ClampedArray(pixels), width, height) }
  postMessage(reading, { transfer: [pixels] })
})
