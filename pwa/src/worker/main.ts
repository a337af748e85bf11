// The worker's first file. What a page says before the rest has loaded is kept: a module that awaits at its top loses it otherwise.
const early: unknown[] = []
globalThis.onmessage = ({ data }: MessageEvent<unknown>) => early.push(data)
const { begin } = await import('./begin.ts')
begin(early)

export {}
