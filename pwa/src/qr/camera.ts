import { frameSize } from './scan-frames.ts'
import type { Frame, Reading } from './scan-frames.ts'

/** Why there is no picture. */
export type CameraProblem = 'denied' | 'none' | 'busy'

/** Thrown by `openCamera`. */
export class CameraError extends Error {
  readonly problem: CameraProblem
  constructor(problem: CameraProblem, cause: unknown) {
    super(problem, { cause })
    this.name = 'CameraError'
    this.problem = problem
  }
}

/** The camera at the back, where there are two. Whoever opens it ends its tracks. Throws CameraError. */
export async function openCamera(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } }
    })
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : ''
    throw new CameraError(PROBLEMS.get(name) ?? 'none', cause)
  }
}

const PROBLEMS: ReadonlyMap<string, CameraProblem> = new Map([
  ['NotAllowedError', 'denied'],
  ['SecurityError', 'denied'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy']
])

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** Reads codes from a playing video until `signal` ends; `onText` hears each that is read, the same one again and again. */
export function readCodes(video: HTMLVideoElement, onText: (text: string) => void, signal: AbortSignal): void {
  const worker = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module', name: 'qr' })
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
  const next = () => {
    if (signal.aborted) return
    // One picture at a time: while one is being read, those that the camera brings meanwhile are passed over.
    video.requestVideoFrameCallback(() => {
      if (signal.aborted) return
      const frame = take(video, context)
      worker.postMessage(frame, { transfer: [frame.pixels] })
    })
  }
  worker.addEventListener('message', ({ data }: MessageEvent<Reading>) => {
    if (data.text !== undefined && data.text !== '') onText(data.text)
    next()
  })
  signal.addEventListener('abort', () => worker.terminate(), { once: true })
  next()
}

function take(video: HTMLVideoElement, context: OffscreenCanvasRenderingContext2D): Frame {
  const { width, height } = frameSize(video.videoWidth, video.videoHeight)
  context.canvas.width = width
  context.canvas.height = height
  context.drawImage(video, 0, 0, width, height)
  return { pixels: context.getImageData(0, 0, width, height).data.buffer, width, height }
}
