/** RGBA, four bytes a pixel; the buffer wanders to the worker and back. */
export interface Frame {
  readonly pixels: ArrayBuffer
  readonly width: number
  readonly height: number
}

export interface Reading {
  readonly pixels: ArrayBuffer
  /** Undefined: no code in it. */
  readonly text: string | undefined
}

/** More pixels make reading slower and not surer. */
const LONGEST_SIDE = 800

/** The size at which a picture is looked at. */
export function frameSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height, 1))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
